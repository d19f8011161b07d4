package dev.shoal.worker.commands;

import dev.shoal.migrations.ArtifactRow;
import dev.shoal.migrations.Database;
import dev.shoal.worker.runs.Artifacts;
import dev.shoal.worker.runs.Verification;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.Wiring;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Reads an artifact again. */
@Command(
    name = "verify",
    description = "Read every byte of an artifact again and compare with its recorded digest.")
public final class VerifyCommand extends ConnectedCommand {

  @Parameters(
      index = "0",
      paramLabel = "RUN|DIGEST|FOLDER",
      description = "As for `shoal lineage`.")
  private String what;

  @Override
  public Integer call() throws IOException {
    try (Database database = connection.database()) {
      ArtifactRow artifact = new Artifacts(database).find(what);
      List<String> damage =
          new Verification(database, new Wiring(connection.settings())).damage(artifact);
      output.say(
          damage.isEmpty()
              ? "%s %s is intact.".formatted(artifact.kind(), artifact.sha256())
              : "%s %s: %s"
                  .formatted(artifact.kind(), artifact.sha256(), String.join("; ", damage)));
      output.answer(
          Output.object()
              .put("artifact", artifact.sha256())
              .put("kind", artifact.kind())
              .put("intact", damage.isEmpty()));
      return damage.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }
}
