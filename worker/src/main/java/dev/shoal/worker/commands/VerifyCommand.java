package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.Activities;
import dev.shoal.activities.store.ArtifactDamagedException;
import dev.shoal.migrations.ArtifactRow;
import dev.shoal.migrations.Database;
import dev.shoal.worker.runs.Artifacts;
import dev.shoal.worker.runs.Verification;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.UserError;
import dev.shoal.worker.wiring.Wiring;
import dev.shoal.workflows.ArtifactRef;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Reads an artifact again. */
@Command(
    name = "verify",
    description =
        "Read every byte of an artifact again and compare with its recorded digest; load a checkpoint"
            + " again and compare its logits with its mixture's.",
    footer = {"", "Example:", "  shoal verify legal-moe"})
public final class VerifyCommand extends ConnectedCommand {

  @Parameters(
      index = "0",
      paramLabel = "RUN|DIGEST|FOLDER",
      description = "As for `shoal lineage`.")
  private String what;

  @Override
  public Integer call() throws IOException {
    try (Database database = connection.database()) {
      ArtifactRow artifact =
          new Artifacts(database).find(new ModelFolder(connection).cached(what, database));
      Wiring wiring = new Wiring(connection.settings());
      List<String> damage = new Verification(database, wiring).damage(artifact);
      output.say(
          damage.isEmpty()
              ? "%s %s is intact.".formatted(artifact.kind(), artifact.sha256())
              : "%s %s: %s"
                  .formatted(artifact.kind(), artifact.sha256(), String.join("; ", damage)));
      ObjectNode answer =
          Output.object()
              .put("artifact", artifact.sha256())
              .put("kind", artifact.kind())
              .put("intact", damage.isEmpty());
      if (damage.isEmpty() && artifact.kind().equals("export")) {
        compareLogits(database, wiring, artifact, answer);
      }
      output.answer(answer);
      return damage.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private void compareLogits(
      Database database, Wiring wiring, ArtifactRow export, ObjectNode answer) {
    ArtifactRef moe =
        database.lineage().ancestors(export.sha256()).stream()
            .filter(edge -> edge.child().equals(export.sha256()) && edge.role().equals("moe"))
            .flatMap(edge -> database.artifacts().find(edge.parent()).stream())
            .map(Artifacts::ref)
            .findFirst()
            .orElseThrow();
    try (Activities activities = wiring.activities(database)) {
      double worst = activities.exportCheck().difference(Artifacts.ref(export), moe);
      output.say(
          String.format(
              Locale.ROOT, "Its logits are the mixture's: largest difference %.1e.", worst));
      answer.put("largest_logit_difference", worst);
    } catch (IllegalStateException | ArtifactDamagedException e) {
      throw UserError.failed(e.getMessage());
    }
  }
}
