package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.Database;
import dev.shoal.worker.runs.RunList;
import dev.shoal.worker.stack.StackException;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.TemporalConnection;
import dev.shoal.worker.wiring.UserError;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists runs. */
@Command(name = "runs", description = "List runs, the newest first.")
public final class RunsCommand extends ConnectedCommand {

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many (default: $${DEFAULT-VALUE}).")
  private int limit;

  @Override
  public Integer call() {
    try (Database database = connection.database()) {
      RunList runs = new RunList(database);
      reconcile(runs);
      List<RunList.Entry> entries = runs.newest(limit);
      output.say(entries.isEmpty() ? "There are no runs yet." : RunList.table(entries));
      ObjectNode answer = Output.object();
      entries.forEach(entry -> answer.withArray("runs").add(json(entry)));
      output.answer(answer);
      return ExitCode.DONE;
    }
  }

  private void reconcile(RunList runs) {
    try (TemporalConnection temporal = connection.temporal()) {
      runs.reconcile(temporal);
    } catch (UserError | StackException e) {
      output.say("Open runs may have ended meanwhile: " + e.getMessage());
    }
  }

  private static ObjectNode json(RunList.Entry entry) {
    ObjectNode json = Output.object();
    json.put("run", entry.run().runId().toString()).put("name", entry.run().name());
    json.put("workflow", entry.run().workflowId()).put("status", entry.run().status().name());
    json.put("started_at", entry.run().startedAt().toString());
    json.put("ended_at", entry.run().endedAt().map(Object::toString).orElse(null));
    json.put("computed", entry.computed()).put("reused", entry.reused());
    entry.run().result().ifPresent(result -> json.set("result", result));
    entry.run().failure().ifPresent(failure -> json.set("failure", failure));
    return json;
  }
}
