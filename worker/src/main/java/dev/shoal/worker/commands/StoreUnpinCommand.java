package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.PinStore.PinRow;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.UserError;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lets something go that was pinned. */
@Command(
    name = "unpin",
    description = "Let go of what was pinned, for whatever reason.",
    footer = {"", "Example:", "  shoal store unpin legal-moe"})
public final class StoreUnpinCommand extends ConnectedCommand {

  @Parameters(index = "0", paramLabel = "RUN|DIGEST", description = "As for `shoal store pin`.")
  private String what;

  @Override
  public Integer call() {
    try (Database database = connection.database()) {
      Pinned pinned = Pinned.find(database, what);
      List<PinRow> pins =
          pinned.run() == null
              ? database.pins().unpinArtifact(pinned.artifact().sha256())
              : database.pins().unpinRun(pinned.run().runId());
      if (pins.isEmpty()) {
        throw UserError.failed("%s is not pinned.".formatted(pinned.words()));
      }
      output.say(
          "Unpinned %s (%s)."
              .formatted(
                  pinned.words(),
                  pins.stream().map(PinRow::reason).collect(Collectors.joining("; "))));
      ObjectNode answer = pinned.json();
      pins.forEach(pin -> answer.withArray("reasons").add(pin.reason()));
      output.answer(answer);
      return ExitCode.DONE;
    }
  }
}
