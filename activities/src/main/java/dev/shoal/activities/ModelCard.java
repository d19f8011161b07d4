package dev.shoal.activities;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.shoal.models.export.SparseFormat;
import dev.shoal.models.moe.MoeWeights;
import dev.shoal.workflows.request.Dataset;
import dev.shoal.workflows.request.ReconstructionRequest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * README.md of an exported checkpoint: where it came from and how it did. No run, no time and no
 * path of a machine is in it, so that equal runs give equal bytes.
 */
final class ModelCard {

  private static final String CARD =
      """
      ---
      %1$s---
      # %2$s as a mixture of experts

      A sparse mixture made from the dense model **%2$s** by %12$s, \
      reassembling the experts with a router, and retraining: %3$d experts of %4$d channels in every layer, \
      %5$d active per token. It opens in `transformers` as `%6$s`; nothing else is needed.

      The licence of the source model and of the data below applies; neither is known here. Add it \
      to the front matter before publishing.

      ## Groups

      %7$s
      ## Scores

      Perplexity per token. *Also* says what the experts or the router were made from besides being \
      judged on it (other documents of the same data set).

      %8$s
      %9$s## Settings

      ```yaml
      %10$s```

      ## Lineage

      | what | sha256 |
      |---|---|
      %11$s
      Made with Shoal.
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RunStory story;
  private final MoeWeights weights;
  private final Map<String, String> lineage;

  /**
   * A card.
   *
   * @param lineage digests by what they are of, in order
   */
  ModelCard(RunStory story, MoeWeights weights, Map<String, String> lineage) {
    this.story = story;
    this.weights = weights;
    this.lineage = new LinkedHashMap<>(lineage);
  }

  String markdown() {
    ScoreSheet tasks = story.taskScores();
    return CARD.formatted(
        frontMatter(),
        source(story.request()),
        weights.shape().experts(),
        weights.shape().width(),
        weights.expertsPerToken(),
        SparseFormat.of(weights.config().family()).architecture(),
        groups(),
        table(story.perplexities()),
        tasks.rows().isEmpty()
            ? ""
            : "Tasks, as lm-evaluation-harness scores them.\n\n" + table(tasks) + "\n",
        yaml(settings(story.request())),
        lineage.entrySet().stream()
            .map(e -> "| " + e.getKey() + " | `" + e.getValue() + "` |\n")
            .collect(Collectors.joining()),
        story.method().words());
  }

  /** The last part of the path: the name people know the model by. */
  private static String source(ReconstructionRequest request) {
    return Path.of(request.model()).getFileName().toString();
  }

  private String frontMatter() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("base_model", source(story.request()));
    fields.put("library_name", "transformers");
    fields.put("pipeline_tag", "text-generation");
    fields.put("tags", List.of("mixture-of-experts", "dive"));
    return yaml(fields);
  }

  private String groups() {
    if (story.groups() == null) {
      return "There are none: experts are not made for groups of data sets.\n";
    }
    List<List<String>> groups = story.groups().grouping().groups();
    return IntStream.range(0, groups.size())
        .mapToObj(e -> "- expert " + e + ": " + String.join(", ", groups.get(e)) + "\n")
        .collect(Collectors.joining());
  }

  /** What made the model, without names and places. */
  static ObjectNode settings(ReconstructionRequest request) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    fields.put("base_model", source(request)).put("recipe", request.recipe());
    fields.set("datasets", datasets(request));
    fields.set("experts", JSON.valueToTree(request.experts()));
    fields.set("calibration", JSON.valueToTree(request.calibration()));
    fields.set("training", JSON.valueToTree(request.training()));
    fields.set("numerics", JSON.valueToTree(request.numerics()));
    return fields;
  }

  /** What each data set was for. */
  static ArrayNode datasets(ReconstructionRequest request) {
    ArrayNode sets = JsonNodeFactory.instance.arrayNode();
    for (Dataset set : request.datasets()) {
      sets.addObject().put("name", set.name()).set("use", JSON.valueToTree(set.use()));
    }
    return sets;
  }

  private static String yaml(Object value) {
    YAMLMapper mapper = new YAMLMapper();
    mapper.disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER);
    mapper.enable(YAMLGenerator.Feature.MINIMIZE_QUOTES);
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String table(ScoreSheet sheet) {
    String rule = "|---".repeat(sheet.head().size()) + "|\n";
    return line(sheet.head())
        + rule
        + sheet.rows().stream().map(ModelCard::line).collect(Collectors.joining());
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }
}
