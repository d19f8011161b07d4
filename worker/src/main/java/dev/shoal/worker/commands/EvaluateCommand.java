package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.FolderEvaluation;
import dev.shoal.activities.Scores;
import dev.shoal.migrations.Database;
import dev.shoal.worker.runs.Artifacts;
import dev.shoal.worker.runs.TextTable;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.UserError;
import dev.shoal.worker.wiring.Wiring;
import dev.shoal.workflows.request.Evaluation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Judges a model. */
@Command(name = "evaluate", description = "Measure a model's perplexity on data sets.")
public final class EvaluateCommand extends ConnectedCommand {

  @Parameters(
      index = "0",
      paramLabel = "FOLDER|RUN|DIGEST",
      description = "A folder with a Llama or Mixtral checkpoint, or what a run exported.")
  private String model;

  @Option(
      names = "--datasets",
      required = true,
      paramLabel = "FOLDER",
      description = "A sub-folder or file per data set.")
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

  @Override
  public Integer call() {
    Path folder = folder();
    Scores scores =
        new FolderEvaluation(folder, new Evaluation(windows, windowTokens))
            .run(
                Wiring.datasetFolders(),
                datasets.toAbsolutePath().toString(),
                textField,
                (phase, done, total) -> {});
    ObjectNode answer = Output.object();
    TextTable table = new TextTable("data set", "perplexity per token", "tokens");
    scores
        .perplexity()
        .forEach(
            (name, value) -> {
              table.add(name, number(value), String.valueOf(scores.tokens().get(name)));
              answer.withObject("/perplexity_per_token").put(name, value);
            });
    table.add("geometric mean", number(scores.geometricMean()), "");
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
    output.answer(answer);
    return ExitCode.DONE;
  }

  private Path folder() {
    Path given = Path.of(model);
    if (Files.isRegularFile(given.resolve("config.json"))) {
      return given;
    }
    try (Database database = connection.database()) {
      return new Artifacts(database)
          .export(model)
          .map(new Wiring(connection.settings()).store()::open)
          .orElseThrow(
              () ->
                  UserError.failed(
                      "Nothing was exported from %s; give a folder with config.json or a run that has an export."
                          .formatted(model)));
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
