package dev.shoal.worker.commands;

import dev.shoal.migrations.Database;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.UserError;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Keeps something. */
@Command(
    name = "pin",
    description =
        "Keep an artifact with all that it was made from, or all that a run read and made.",
    footer = {"", "Example:", "  shoal store pin legal-moe --reason \"the thesis\""})
public final class StorePinCommand extends ConnectedCommand {

  @Parameters(
      index = "0",
      paramLabel = "RUN|DIGEST",
      description = "A run, or the beginning of an artifact's digest.")
  private String what;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "pinned by hand",
      description = "Why, for those who find it later (default: ${DEFAULT-VALUE}).")
  private String reason;

  @Override
  public Integer call() {
    try (Database database = connection.database()) {
      Pinned pinned = Pinned.find(database, what);
      if (pinned.run() == null) {
        pinArtifact(database, pinned);
      } else {
        database.pins().pinRun(pinned.run().runId(), reason);
      }
      output.say("Pinned %s: %s.".formatted(pinned.words(), reason));
      output.answer(pinned.json().put("reason", reason));
      return ExitCode.DONE;
    }
  }

  /** Pins first and looks then, so that no collection comes between. */
  private void pinArtifact(Database database, Pinned pinned) {
    String digest = pinned.artifact().sha256();
    database.pins().pinArtifact(digest, reason);
    List<String> gone = database.pins().givenUp(digest);
    if (gone.contains(digest)) {
      database.pins().unpinArtifact(digest);
      throw UserError.failed(
          "%s was deleted before; run its request again to have it back, then pin it."
              .formatted(pinned.words()));
    }
    if (!gone.isEmpty()) {
      output.say(
          "%d of the artifacts that it was made from were deleted before; they can be made again."
              .formatted(gone.size()));
    }
  }
}
