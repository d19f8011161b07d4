package dev.shoal.worker.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Makes the paths of a request independent of where it lies: the worker sees another folder. */
final class RequestPaths {

  /** As models are named in the Hugging Face cache, {@code org/name@revision}. */
  private static final Pattern REPOSITORY = Pattern.compile("[\\w-][\\w.-]*/[\\w.-]+(@[\\w.-]+)?");

  private final Path folder;

  RequestPaths(Path folder) {
    this.folder = folder;
  }

  /** Resolves in place; what is no text stays for the reader of requests to complain about. */
  void resolve(ObjectNode request) {
    resolve(request, "model");
    resolve(request, "datasets");
    for (JsonNode dataset : request.path("datasets")) {
      if (dataset instanceof ObjectNode entry) {
        resolve(entry, "path");
        resolve(entry, "eval_path");
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
    boolean repository = field.equals("model") && REPOSITORY.matcher(text).matches();
    return repository && !Files.exists(path) ? text : path.toString();
  }
}
