package dev.shoal.worker.commands;

import dev.shoal.migrations.Database;
import dev.shoal.worker.runs.Artifacts;
import dev.shoal.worker.runs.ExportCopy;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.UserError;
import dev.shoal.worker.wiring.Wiring;
import dev.shoal.workflows.ArtifactRef;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Hands a checkpoint out. */
@Command(
    name = "export",
    description = "Copy the stock checkpoint of a run, or of a mixture, out of the store.")
public final class ExportCommand extends ConnectedCommand {

  @Parameters(
      index = "0",
      paramLabel = "RUN|DIGEST",
      description = "A run, or the beginning of the digest of a mixture or a checkpoint.")
  private String what;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where to; it must be empty or absent.")
  private Path out;

  @Override
  public Integer call() {
    ExportCopy.requireFree(out);
    try (Database database = connection.database()) {
      ArtifactRef export =
          new Artifacts(database)
              .export(what)
              .orElseThrow(
                  () ->
                      UserError.failed(
                          "Nothing was exported from %s; `shoal watch RUN` says why."
                              .formatted(what)));
      ExportCopy.copy(new Wiring(connection.settings()).store().open(export), out);
      output.say("Copied to %s, sha256 %s".formatted(out.toAbsolutePath(), export.sha256()));
      output.answer(
          Output.object()
              .put("out", out.toAbsolutePath().toString())
              .put("sha256", export.sha256()));
      return ExitCode.DONE;
    }
  }
}
