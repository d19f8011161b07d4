package dev.shoal.worker.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.store.HubCache;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes the paths of a request independent of where it lies: the worker sees another folder. */
final class RequestPaths {

  private final Path folder;

  RequestPaths(Path folder) {
    this.folder = folder;
  }

  /** Resolves in place; what is no text stays for the reader of requests to complain about. */
  void resolve(ObjectNode request) {
    if (request.path("base") instanceof ObjectNode base) {
      resolve(base);
    }
    resolve(request, "model");
    resolve(request, "datasets");
    for (JsonNode dataset : request.path("datasets")) {
      if (dataset instanceof ObjectNode entry) {
        resolve(entry, "path");
        resolve(entry, "eval_path");
      }
    }
    for (JsonNode task : request.path("evaluation").path("tasks")) {
      if (task instanceof ObjectNode entry) {
        resolve(entry, "path");
        resolve(entry, "fewshot_path");
      }
    }
  }

  private void resolve(ObjectNode object, String field) {
    JsonNode value = object.path(field);
    if (value.isTextual() && !value.textValue().isBlank()) {
      object.put(field, resolve(value.textValue(), field));
    }
  }

  private String resolve(String text, String field) {
    Path path = folder.resolve(text).normalize();
    boolean repository = field.equals("model") && HubCache.names(text);
    return repository && !Files.exists(path) ? text : path.toString();
  }
}
