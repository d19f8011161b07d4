package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.StoredArtifacts.Stored;
import dev.shoal.worker.runs.ByteSize;
import dev.shoal.worker.runs.TextTable;
import dev.shoal.worker.wiring.ExitCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists artifacts. */
@Command(
    name = "ls",
    description = "List the artifacts that stages made, the newest first.",
    footer = {"", "Example:", "  shoal store ls --limit 10"})
public final class StoreListCommand extends ConnectedCommand {

  /** Enough of a digest to be typed. */
  static final int DIGITS = 12;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Override
  public Integer call() {
    try (Database database = connection.database()) {
      List<Stored> artifacts = database.stored().newest(limit);
      TextTable table = new TextTable("artifact", "kind", "size", "age", "run", "pinned", "tags");
      ObjectNode answer = Output.object();
      answer.putArray("artifacts");
      for (Stored artifact : artifacts) {
        table.add(
            artifact.sha256().substring(0, DIGITS),
            artifact.kind(),
            ByteSize.words(artifact.bytes()),
            age(artifact.createdAt(), Instant.now()),
            artifact.run().orElse("-"),
            artifact.pinned() ? "yes" : "",
            String.join(", ", artifact.tags()));
        answer.withArray("artifacts").add(json(artifact));
      }
      output.say(artifacts.isEmpty() ? "The store is empty." : table.toString());
      output.answer(answer);
      return ExitCode.DONE;
    }
  }

  /** In the largest unit of which there are two. */
  static String age(Instant since, Instant now) {
    Duration age = Duration.between(since, now);
    if (age.toHours() < 2) {
      return age.toMinutes() + " min";
    }
    return age.toDays() < 2 ? age.toHours() + " h" : age.toDays() + " d";
  }

  private static ObjectNode json(Stored artifact) {
    ObjectNode json = Output.object();
    json.put("artifact", artifact.sha256()).put("kind", artifact.kind());
    json.put("bytes", artifact.bytes()).put("created_at", artifact.createdAt().toString());
    json.put("run", artifact.runId().map(Object::toString).orElse(null));
    artifact.tags().forEach(json.putArray("tags")::add);
    return json.put("pinned", artifact.pinned());
  }
}
