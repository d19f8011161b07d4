package dev.shoal.worker.outbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.MetricStore.Point;
import dev.shoal.worker.runs.JsonLeaves;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Params, metrics and tags as MLflow takes them: names and values within its limits. */
final class MlflowEntries {

  /** Of a param, a metric or a tag. */
  static final int LONGEST_KEY = 250;

  /** What version 3 takes of a param; of a tag it takes 8,000. */
  static final int LONGEST_VALUE = 6_000;

  private MlflowEntries() {}

  /** A request, flattened: {@code training.lora.r}, {@code datasets.0.name}. */
  static List<ObjectNode> params(JsonNode request) {
    return JsonLeaves.of(request).entrySet().stream()
        .map(leaf -> entry(leaf.getKey().replaceAll("\\[(\\d+)]", ".$1"), leaf.getValue()))
        .toList();
  }

  static ObjectNode entry(String key, String value) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("key", key(key))
        .put("value", clip(value, LONGEST_VALUE));
  }

  /**
   * Every point of every series; the time is that of the observation, so that repeats are equal.
   */
  static List<ObjectNode> metrics(String prefix, Map<String, List<Point>> series) {
    List<ObjectNode> metrics = new ArrayList<>();
    series.forEach(
        (name, points) -> points.forEach(p -> metrics.add(metric(prefix + "/" + name, p))));
    return metrics;
  }

  private static ObjectNode metric(String name, Point point) {
    ObjectNode metric =
        JsonNodeFactory.instance
            .objectNode()
            .put("key", key(name))
            .put("timestamp", point.observedAt().toEpochMilli())
            .put("step", point.step());
    return Double.isFinite(point.value())
        ? metric.put("value", point.value())
        : metric.put("value", String.valueOf(point.value())); // JSON knows no such number
  }

  /** A data set may be called what no key may hold. */
  static String key(String name) {
    return clip(name.replaceAll("(?U)[^\\w. /-]", "_").replaceAll("/(?=[/.]|$)", "_"), LONGEST_KEY);
  }

  private static String clip(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }
}
