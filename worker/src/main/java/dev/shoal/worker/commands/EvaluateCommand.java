package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.FolderEvaluation;
import dev.shoal.activities.Scores;
import dev.shoal.activities.inspect.TaskInspector;
import dev.shoal.activities.store.HubCache;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.models.Progress;
import dev.shoal.models.tasks.ItemsFile;
import dev.shoal.models.tasks.ResultsJson;
import dev.shoal.models.tasks.TaskException;
import dev.shoal.models.tasks.TaskResult;
import dev.shoal.models.tasks.TaskSpec;
import dev.shoal.worker.runs.TextTable;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.UserError;
import dev.shoal.worker.wiring.Wiring;
import dev.shoal.workflows.request.Evaluation;
import dev.shoal.workflows.request.EvaluationTask;
import dev.shoal.workflows.request.ReconstructionRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Judges a model. */
@Command(
    name = "evaluate",
    description = "Measure a model: perplexity on data sets, scores on tasks.",
    footer = {"", "Example:", "  shoal evaluate legal-moe --task arc_easy.jsonl --out scores"})
public final class EvaluateCommand extends ConnectedCommand {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Parameters(
      index = "0",
      paramLabel = "FOLDER|ORG/NAME|RUN|DIGEST",
      description =
          "A folder, a model in the Hugging Face cache (org/name@revision), or what a run exported.")
  private String model;

  @Option(
      names = "--datasets",
      paramLabel = "FOLDER",
      description = "Perplexity on these: a sub-folder or file per data set.")
  private Path datasets;

  @Option(
      names = "--text-field",
      defaultValue = "text",
      description = "Column that holds the text; default: ${DEFAULT-VALUE}.")
  private String textField;

  @Option(
      names = "--windows",
      defaultValue = "128",
      description = "The first windows of each data set; default: ${DEFAULT-VALUE}.")
  private int windows;

  @Option(
      names = "--window-tokens",
      defaultValue = "512",
      description = "Tokens in a window; default: ${DEFAULT-VALUE}.")
  private int windowTokens;

  @Option(
      names = "--task",
      split = ",",
      paramLabel = "FILE",
      description =
          "Scores on these, as lm-evaluation-harness gives them: JSON lines or Parquet with context,"
              + " choices and label, or context and target, or text.")
  private List<Path> tasks = List.of();

  @Option(
      names = "--num-fewshot",
      defaultValue = "0",
      description = "Examples in front of every item; default: ${DEFAULT-VALUE}.")
  private int numFewshot;

  @Option(
      names = "--fewshot",
      paramLabel = "FILE",
      description = "Where examples are drawn from; default: the task itself.")
  private Path fewshot;

  @Option(
      names = "--output-type",
      paramLabel = "TYPE",
      description =
          "multiple_choice, loglikelihood, loglikelihood_rolling or generate_until; default: by the"
              + " fields of the rows.")
  private EvaluationTask.OutputType outputType;

  @Option(
      names = "--add-bos",
      negatable = true,
      description = "Begin texts with the begin token, or not; default: as the tokenizer says.")
  private Boolean addBos;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Write results.json and every item's result here.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    if (datasets == null && tasks.isEmpty()) {
      throw UserError.wrongUse("Nothing to measure: give --datasets FOLDER, --task FILE or both.");
    }
    Path folder = new ModelFolder(connection).find(model);
    FolderEvaluation evaluation =
        new FolderEvaluation(
            folder,
            new Evaluation(windows, windowTokens, List.of()),
            new Wiring(connection.settings()).devices().usual());
    UnaryOperator<String> exposure = exposure();
    ObjectNode answer = Output.object();
    if (!tasks.isEmpty()) {
      judgeTasks(evaluation, exposure, answer);
    }
    if (datasets != null) {
      judgeDatasets(evaluation, exposure, answer);
    }
    output.answer(answer);
    return ExitCode.DONE;
  }

  private void judgeTasks(
      FolderEvaluation evaluation, UnaryOperator<String> exposure, ObjectNode answer)
      throws IOException {
    List<TaskResult> results;
    try {
      results = evaluation.run(specs(), Progress.NONE);
    } catch (TaskException mistake) {
      throw UserError.wrongUse(mistake.getMessage());
    }
    if (out != null) {
      Files.createDirectories(out);
      results.forEach(result -> ItemsFile.write(out, result));
      ResultsJson.write(out, model, results);
    }
    TextTable table = new TextTable("task", "items", "metric", "value", "stderr", "name was also");
    for (TaskResult result : results) {
      String name = result.task().spec().name();
      ObjectNode metrics = answer.withObject("/tasks").putObject(name);
      result.metrics().forEach(metrics::put);
      result.metrics().keySet().stream()
          .filter(metric -> !metric.endsWith("_stderr"))
          .forEach(
              metric ->
                  table.add(
                      name,
                      items(result),
                      metric,
                      number(result.metrics().get(metric)),
                      number(result.metrics().get(metric + "_stderr")),
                      exposure.apply(name)));
    }
    output.say(table.toString());
  }

  private List<TaskSpec> specs() {
    List<TaskSpec> specs = new ArrayList<>();
    for (Path file : tasks) {
      String name = TaskSpec.of(file).name();
      EvaluationTask asked =
          new EvaluationTask(name, file.toString(), outputType, numFewshot, null, addBos);
      specs.add(TaskInspector.spec(asked, file, fewshot));
    }
    return specs;
  }

  private static String items(TaskResult result) {
    int truncated = result.model().truncatedItems();
    return result.count() + (truncated == 0 ? "" : ", " + truncated + " truncated");
  }

  private void judgeDatasets(
      FolderEvaluation evaluation, UnaryOperator<String> exposure, ObjectNode answer) {
    Scores scores =
        evaluation.run(
            Wiring.datasetFolders(),
            datasets.toAbsolutePath().toString(),
            textField,
            Progress.NONE);
    TextTable table = new TextTable("data set", "perplexity per token", "tokens", "name was also");
    scores
        .perplexity()
        .forEach(
            (name, value) -> {
              String tokens = String.valueOf(scores.tokens().get(name));
              table.add(name, number(value), tokens, exposure.apply(name));
              answer.withObject("/perplexity_per_token").put(name, value);
            });
    table.add("geometric mean", number(scores.geometricMean()), "", "");
    output.say(table.toString());
    output.say(
        String.format(
            Locale.ROOT,
            "%,d parameters in all, %,d active per token",
            scores.parameters(),
            scores.activeParameters()));
    answer.put("geometric_mean", scores.geometricMean());
    answer.put("parameters", scores.parameters());
    answer.put("active_parameters", scores.activeParameters());
  }

  /** What a run's model has met of a data set or task; of a folder nothing is known. */
  private UnaryOperator<String> exposure() {
    if (Files.isDirectory(Path.of(model)) || HubCache.names(model)) {
      return name -> "";
    }
    try (Database database = connection.database()) {
      return database.runs().find(model).stream()
          .findFirst()
          .flatMap(RunRow::resolved)
          .map(json -> JSON.convertValue(json, ReconstructionRequest.class))
          .<UnaryOperator<String>>map(request -> request::exposure)
          .orElse(name -> "");
    }
  }

  private static String number(Double value) {
    return value == null ? "" : String.format(Locale.ROOT, "%.4f", value);
  }
}
