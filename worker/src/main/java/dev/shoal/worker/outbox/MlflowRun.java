package dev.shoal.worker.outbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A run in MLflow, made once and found again by the tag {@code shoal.run_id}. */
final class MlflowRun {

  /** MLflow's limits for one request. */
  static final int PARAMS_AT_ONCE = 100;

  /** One less than the limit of all entries together, for the tag that marks the last ones. */
  static final int METRICS_AT_ONCE = 999;

  private static final String SHOAL_RUN = "shoal.run_id";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final MlflowApi api;
  private final String id;
  private final Map<String, String> tags = new HashMap<>();

  private MlflowRun(MlflowApi api, JsonNode run) {
    this.api = api;
    this.id = run.at("/info/run_id").asText();
    run.at("/data/tags")
        .forEach(tag -> tags.put(tag.path("key").asText(), tag.path("value").asText()));
  }

  /** The one that stands for a run; empty where somebody deleted it in MLflow. */
  static Optional<MlflowRun> open(
      MlflowApi api, String experiment, String shoalRun, ObjectNode creation) {
    ObjectNode search =
        NODES
            .objectNode()
            .put("filter", "tags.`%s` = '%s'".formatted(SHOAL_RUN, shoalRun))
            .put("run_view_type", "ALL")
            .put("max_results", 1);
    search.putArray("experiment_ids").add(experiment);
    JsonNode found = api.post("runs/search", search).at("/runs/0");
    if (found.isMissingNode()) {
      creation.put("experiment_id", experiment);
      creation.withArray("/tags").add(MlflowEntries.entry(SHOAL_RUN, shoalRun));
      return Optional.of(new MlflowRun(api, api.post("runs/create", creation).path("run")));
    }
    boolean deleted = found.at("/info/lifecycle_stage").asText().equals("deleted");
    return deleted ? Optional.empty() : Optional.of(new MlflowRun(api, found));
  }

  String id() {
    return id;
  }

  boolean has(String tag, String value) {
    return value.equals(tags.get(MlflowEntries.key(tag)));
  }

  /**
   * Logs what belongs to a tag that was not set yet: in as many requests as the limits ask for, the
   * last of which sets it. Params cannot be logged twice with other values, and metrics repeat.
   */
  void log(String tag, String value, List<ObjectNode> params, List<ObjectNode> metrics) {
    if (has(tag, value)) {
      return;
    }
    List<ObjectNode> requests = new ArrayList<>();
    split(requests, "params", params, PARAMS_AT_ONCE);
    split(requests, "metrics", metrics, METRICS_AT_ONCE);
    if (requests.isEmpty()) {
      requests.add(request());
    }
    requests.get(requests.size() - 1).putArray("tags").add(MlflowEntries.entry(tag, value));
    requests.forEach(request -> api.post("runs/log-batch", request));
  }

  private void split(List<ObjectNode> requests, String name, List<ObjectNode> entries, int atOnce) {
    for (int from = 0; from < entries.size(); from += atOnce) {
      ObjectNode request = request();
      int to = Math.min(from + atOnce, entries.size());
      request.putArray(name).addAll(entries.subList(from, to));
      requests.add(request);
    }
  }

  private ObjectNode request() {
    return NODES.objectNode().put("run_id", id);
  }

  /** Its status in MLflow's words, and tags with it. */
  void update(String status, Optional<Instant> end, List<ObjectNode> with) {
    ObjectNode update = request().put("status", status);
    end.ifPresent(time -> update.put("end_time", time.toEpochMilli()));
    api.post("runs/update", update);
    ObjectNode tagged = request();
    tagged.putArray("tags").addAll(with);
    api.post("runs/log-batch", tagged);
  }
}
