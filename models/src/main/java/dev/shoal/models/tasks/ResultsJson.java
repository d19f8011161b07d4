package dev.shoal.models.tasks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.checkpoint.AtomicFile;
import dev.shoal.models.checkpoint.CanonicalJson;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code results.json} as lm-evaluation-harness lays it out, for the tools that read its files.
 *
 * <p>Every metric has the harness's filter behind its name ({@code acc,none}); a standard error
 * that cannot be computed is {@code "N/A"}. A task file has no version, and the harness's word for
 * that is {@code Yaml}. No time, host or commit is written: equal results are equal bytes.
 */
public final class ResultsJson {

  /** Its name in an output folder. */
  public static final String NAME = "results.json";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ResultsJson() {}

  /**
   * Writes the file.
   *
   * @param folder where to
   * @param model what was evaluated, as the user named it
   * @param results one for each task
   */
  public static Path write(Path folder, String model, List<TaskResult> results) {
    Path file = folder.resolve(NAME);
    AtomicFile.write(file, CanonicalJson.bytes(of(model, results)));
    return file;
  }

  /** The content of the file. */
  public static ObjectNode of(String model, List<TaskResult> results) {
    TreeMap<String, TaskResult> byName = new TreeMap<>();
    results.forEach(result -> byName.put(result.task().spec().name(), result));
    ObjectNode json = NODES.objectNode();
    ObjectNode scores = json.putObject("results");
    json.putObject("group_subtasks");
    ObjectNode configs = json.putObject("configs");
    ObjectNode versions = json.putObject("versions");
    ObjectNode shots = json.putObject("n-shot");
    ObjectNode higher = json.putObject("higher_is_better");
    ObjectNode samples = json.putObject("n-samples");
    for (Map.Entry<String, TaskResult> entry : byName.entrySet()) {
      String name = entry.getKey();
      TaskResult result = entry.getValue();
      int count = result.count();
      scores.set(name, scores(name, result));
      configs.set(name, config(result));
      versions.put(name, "Yaml");
      shots.put(name, result.task().spec().fewShot().count());
      ObjectNode directions = higher.putObject(name);
      metricNames(result).forEach(m -> directions.put(name(m), Metrics.higherIsBetter(name(m))));
      samples.putObject(name).put("original", count).put("effective", count);
    }
    json.set("config", run(model, byName));
    return json;
  }

  private static ObjectNode scores(String name, TaskResult result) {
    ObjectNode scores = NODES.objectNode().put("name", name).put("alias", name);
    scores.put("sample_len", result.count());
    for (String metric : metricNames(result)) {
      String shown = name(metric);
      scores.put(shown + "," + filter(metric), result.metrics().get(metric));
      Double error = result.metrics().get(metric + "_stderr");
      String errorName = shown + "_stderr," + filter(metric);
      if (error == null) {
        scores.put(errorName, "N/A");
      } else {
        scores.put(errorName, error);
      }
    }
    return scores;
  }

  private static String name(String metric) {
    return metric.split(",", 2)[0];
  }

  private static String filter(String metric) {
    return metric.contains(",") ? metric.split(",", 2)[1] : "none";
  }

  private static List<String> metricNames(TaskResult result) {
    return result.metrics().keySet().stream().filter(m -> !m.endsWith("_stderr")).toList();
  }

  private static ObjectNode config(TaskResult result) {
    TaskSpec spec = result.task().spec();
    ObjectNode config = NODES.objectNode().put("task", spec.name());
    config.put("dataset_path", spec.path().toString());
    config.put("output_type", result.task().outputType().word());
    config.put("description", spec.format().description());
    config.put("target_delimiter", spec.format().targetDelimiter());
    config.put("fewshot_delimiter", spec.format().fewshotDelimiter());
    config.put("num_fewshot", spec.fewShot().count());
    ObjectNode fewShot = config.putObject("fewshot_config");
    fewShot.put("sampler", spec.fewShot().order().word());
    spec.fewShot().path().ifPresent(path -> fewShot.put("path", path.toString()));
    ArrayNode metrics = config.putArray("metric_list");
    for (String metric : metricNames(result)) {
      metrics
          .addObject()
          .put("metric", name(metric))
          .put("higher_is_better", Metrics.higherIsBetter(name(metric)));
    }
    config.put("repeats", 1).put("should_decontaminate", false);
    ObjectNode metadata = config.putObject("metadata");
    metadata.put("truncated_items", result.model().truncatedItems());
    if (result.model().windowTokens() > 0) {
      metadata.put("token_perplexity_window", result.model().windowTokens());
    }
    return config;
  }

  private static ObjectNode run(String model, Map<String, TaskResult> results) {
    ObjectNode config = NODES.objectNode().put("model", "shoal");
    ObjectNode arguments = config.putObject("model_args").put("pretrained", model);
    results.values().stream()
        .findFirst()
        .ifPresent(
            first -> {
              arguments.put("max_length", first.model().maxLength());
              switch (first.task().spec().bos()) {
                case TOKENIZER -> arguments.putNull("add_bos_token");
                case ALWAYS -> arguments.put("add_bos_token", true);
                case NEVER -> arguments.put("add_bos_token", false);
              }
              config.put("fewshot_seed", first.task().spec().fewShot().seed());
            });
    return config.put("bootstrap_iters", Bootstrap.ITERATIONS);
  }
}
