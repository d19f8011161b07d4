package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.Garbage;
import dev.shoal.migrations.StoredArtifacts.OfRun;
import dev.shoal.worker.runs.ByteSize;
import dev.shoal.worker.runs.TextTable;
import dev.shoal.worker.wiring.ExitCode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what fills the store. */
@Command(
    name = "du",
    description = {
      "Say what fills the store, by kind and by the run that made it.",
      "What a run reused counts for the run that made it."
    },
    footer = {"", "Example:", "  shoal store du"})
public final class StoreUsageCommand extends ConnectedCommand {

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many runs, the largest first (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Override
  public Integer call() {
    try (Database database = connection.database()) {
      List<Garbage.Tally> kinds = database.stored().byKind();
      List<OfRun> runs = database.stored().byRun(limit);
      ObjectNode answer = Output.object();
      output.say(StoreCollectCommand.table(kinds, answer.putArray("kinds")));
      output.say("");
      output.say(table(runs, answer));
      output.answer(answer);
      return ExitCode.DONE;
    }
  }

  private static String table(List<OfRun> runs, ObjectNode answer) {
    TextTable table = new TextTable("run", "name", "artifacts", "size");
    answer.putArray("runs");
    for (OfRun run : runs) {
      String id = run.runId().map(Object::toString).orElse(null);
      table.add(
          id == null ? "-" : id.substring(0, 8),
          run.run().orElse("of no run"),
          String.valueOf(run.count()),
          ByteSize.words(run.bytes()));
      answer
          .withArray("runs")
          .addObject()
          .put("run", id)
          .put("name", run.run().orElse(null))
          .put("count", run.count())
          .put("bytes", run.bytes());
    }
    return table.toString();
  }
}
