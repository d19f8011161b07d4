package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.inspect.DatasetFolders;
import dev.shoal.worker.runs.ExportCopy;
import dev.shoal.worker.runs.RequestFile;
import dev.shoal.worker.wiring.Settings;
import dev.shoal.worker.wiring.Wiring;
import dev.shoal.workflows.request.ComparisonReader;
import dev.shoal.workflows.request.RequestReader;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts a reconstruction or a comparison and stays with it. */
@Command(
    name = "run",
    description = {
      "Start a reconstruction, or a comparison of several, and stay with it.",
      "Ctrl-C leaves it running. While a run of the same request is open, it is joined."
    },
    footer = {"", "Example:", "  shoal run legal-moe.yaml --out legal-moe-hf"})
public final class RunCommand extends ConnectedCommand {

  @Parameters(
      index = "0",
      paramLabel = "REQUEST",
      description =
          "YAML or JSON. $${NAME} in text is an environment variable; relative paths"
              + " start from the file's folder.")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "FIELD=VALUE",
      description = "Overrides a field, as in training.expert_tokens=1e6; may be repeated.")
  private List<String> assignments = List.of();

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Copies the finished checkpoint there; it must be empty or absent.")
  private Path out;

  @Option(names = "--detach", description = "Only start it.")
  private boolean detach;

  @Option(names = "--id", paramLabel = "ID", description = "Workflow id instead of a made one.")
  private String id;

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = connection.settings();
    if (out != null) {
      ExportCopy.requireFree(out);
    }
    ObjectNode request = RequestFile.read(file, assignments, settings.variables());
    check(request);
    return new Launch(output, connection).go(request, id, out, detach);
  }

  /** Finds what needs no files, before anything starts. */
  private static void check(ObjectNode request) {
    DatasetFolders folders = Wiring.datasetFolders();
    if (ComparisonReader.isComparison(request)) {
      ComparisonReader.read(
          request.toString(), run -> RequestReader.examine(run, folders).problems());
    } else {
      RequestReader.read(request.toString(), folders);
    }
  }
}
