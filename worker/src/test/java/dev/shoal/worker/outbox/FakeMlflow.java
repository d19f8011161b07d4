package dev.shoal.worker.outbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Remembers runs as MLflow's tracking server does, with its limits; one client at a time. */
final class FakeMlflow implements AutoCloseable {

  static final String TOKEN = "mlflow-token-4711";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final HttpServer server;
  private final List<String> experiments = new ArrayList<>();
  private final Map<String, Run> runs = new TreeMap<>();
  private int batchesLeft = Integer.MAX_VALUE;

  /** What one run holds. */
  static final class Run {
    final Map<String, String> tags = new TreeMap<>();
    final Map<String, String> params = new TreeMap<>();
    final List<String> metrics = new ArrayList<>();
    JsonNode info = NODES.objectNode();
  }

  FakeMlflow() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/2.0/mlflow/", this::handle);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  Map<String, Run> runs() {
    return runs;
  }

  /** After so many batches the server is away. */
  void endAfter(int batches) {
    batchesLeft = batches;
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    boolean known =
        ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    String path = exchange.getRequestURI().getPath().replaceFirst(".*/mlflow/", "");
    Answer answer =
        known
            ? answer(path, exchange.getRequestURI(), body.length == 0 ? null : JSON.readTree(body))
            : new Answer(401, NODES.objectNode());
    byte[] text = answer.body().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }

  private record Answer(int status, ObjectNode body) {}

  private static Answer done() {
    return new Answer(200, NODES.objectNode());
  }

  private static Answer refuse(int status, String code, String message) {
    return new Answer(status, NODES.objectNode().put("error_code", code).put("message", message));
  }

  private Answer answer(String path, URI uri, JsonNode body) {
    return switch (path) {
      case "experiments/get-by-name" -> experiment(uri.getQuery().replaceFirst(".*=", ""));
      case "experiments/create" -> create(body.path("name").asText());
      case "runs/search" -> search(body);
      case "runs/create" -> run(body);
      case "runs/log-batch" -> batch(body);
      case "runs/update" -> update(body);
      default -> refuse(404, "ENDPOINT_NOT_FOUND", path);
    };
  }

  private Answer experiment(String name) {
    Answer found = done();
    found.body().putObject("experiment").put("experiment_id", "e" + experiments.indexOf(name));
    return experiments.contains(name)
        ? found
        : refuse(404, "RESOURCE_DOES_NOT_EXIST", "No Experiment");
  }

  private Answer create(String name) {
    experiments.add(name);
    return new Answer(
        200, NODES.objectNode().put("experiment_id", "e" + experiments.indexOf(name)));
  }

  private Answer search(JsonNode body) {
    String[] filter = body.path("filter").asText().split("[`']", -1);
    Answer found = done();
    ArrayNode list = found.body().putArray("runs");
    runs.forEach(
        (id, run) -> {
          if (filter[3].equals(run.tags.get(filter[1]))) {
            list.add(shown(id, run));
          }
        });
    return found;
  }

  private static ObjectNode shown(String id, Run run) {
    ObjectNode shown = NODES.objectNode();
    shown.putObject("info").put("run_id", id);
    ArrayNode tags = shown.putObject("data").putArray("tags");
    run.tags.forEach((key, value) -> tags.addObject().put("key", key).put("value", value));
    return shown;
  }

  private Answer run(JsonNode body) {
    Run run = new Run();
    run.info = body;
    body.path("tags").forEach(t -> run.tags.put(text(t, "key"), text(t, "value")));
    String id = "run-" + runs.size();
    runs.put(id, run);
    Answer made = done();
    made.body().set("run", shown(id, run));
    return made;
  }

  private Answer batch(JsonNode body) {
    int params = body.path("params").size();
    int all = params + body.path("metrics").size() + body.path("tags").size();
    if (batchesLeft-- <= 0) {
      return new Answer(503, NODES.objectNode());
    }
    if (params > 100 || all > 1000) {
      return refuse(400, "INVALID_PARAMETER_VALUE", "A batch can contain at most 1000");
    }
    Run run = runs.get(body.path("run_id").asText());
    for (JsonNode param : body.path("params")) {
      String before = run.params.put(text(param, "key"), text(param, "value"));
      if (before != null && !before.equals(text(param, "value"))) {
        return refuse(400, "INVALID_PARAMETER_VALUE", "Changing param values is not allowed");
      }
    }
    body.path("metrics")
        .forEach(
            m -> run.metrics.add(text(m, "key") + " " + m.path("step") + " " + m.path("value")));
    body.path("tags").forEach(t -> run.tags.put(text(t, "key"), text(t, "value")));
    return done();
  }

  private Answer update(JsonNode body) {
    runs.get(body.path("run_id").asText()).info = body;
    return done();
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
