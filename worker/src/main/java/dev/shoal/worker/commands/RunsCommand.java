package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunFilter;
import dev.shoal.migrations.RunStatus;
import dev.shoal.worker.runs.RunList;
import dev.shoal.worker.stack.StackException;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.TemporalConnection;
import dev.shoal.worker.wiring.UserError;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists runs. */
@Command(
    name = "runs",
    description = {"List runs, the newest first; filters hold together."},
    footer = {"", "Example:", "  shoal runs --state running,needs_attention --since 7d"})
public final class RunsCommand extends ConnectedCommand {

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      split = ",",
      description = "Only these: ${COMPLETION-CANDIDATES}.")
  private Set<RunStatus> states = EnumSet.noneOf(RunStatus.class);

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = Since.class,
      description = "Begun since 30m, 12h or 7d ago, 2026-03-02, or 2026-03-02T09:00.")
  private Instant since;

  @Option(names = "--model", paramLabel = "TEXT", description = "A part of the model's name.")
  private String model;

  @Option(names = "--name", paramLabel = "TEXT", description = "A part of the run's name.")
  private String name;

  @Override
  public Integer call() {
    try (Database database = connection.database()) {
      RunList runs = new RunList(database);
      reconcile(runs);
      RunFilter filter = filter();
      List<RunList.Entry> entries = runs.newest(filter, limit);
      output.say(entries.isEmpty() ? nothing(filter) : RunList.table(entries));
      ObjectNode answer = Output.object();
      entries.forEach(entry -> answer.withArray("runs").add(json(entry)));
      output.answer(answer);
      return ExitCode.DONE;
    }
  }

  private RunFilter filter() {
    return new RunFilter(
        states, Optional.ofNullable(since), Optional.ofNullable(name), Optional.ofNullable(model));
  }

  private static String nothing(RunFilter filter) {
    return filter.equals(RunFilter.none())
        ? "There are no runs yet."
        : "No run is like that; `shoal runs` lists all.";
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
