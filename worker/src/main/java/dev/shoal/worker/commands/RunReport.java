package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.store.ArtifactStore;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.DatabaseSetupException;
import dev.shoal.migrations.DatabaseUnavailableException;
import dev.shoal.migrations.RunRow;
import dev.shoal.worker.runs.Comparison;
import dev.shoal.worker.runs.ExpertUseTable;
import dev.shoal.worker.runs.ExportCopy;
import dev.shoal.worker.runs.RunEnd;
import dev.shoal.worker.runs.RunWatch;
import dev.shoal.worker.runs.ScoreTable;
import dev.shoal.worker.runs.Screen;
import dev.shoal.worker.stack.StackException;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.TemporalConnection;
import dev.shoal.worker.wiring.Wiring;
import dev.shoal.workflows.ComparisonResult;
import dev.shoal.workflows.ReconstructionResult;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** Stays with a run and tells its end. */
final class RunReport {

  private final Output output;
  private final Connection connection;
  private final TemporalConnection temporal;
  private final String workflowId;

  RunReport(Output output, Connection connection, TemporalConnection temporal, String workflowId) {
    this.output = output;
    this.connection = connection;
    this.temporal = temporal;
    this.workflowId = workflowId;
  }

  /**
   * Watches to the end.
   *
   * @param out folder to copy the checkpoint to; null for none
   * @param comeBack the command to tell whoever presses Ctrl-C
   * @return the exit code
   */
  int follow(Path out, String comeBack) throws InterruptedException {
    temporal.link(workflowId).ifPresent(link -> output.say("In the UI: " + link));
    Screen screen = output.screen();
    Thread goodbye = new Thread(() -> leave(screen, comeBack), "goodbye");
    Runtime.getRuntime().addShutdownHook(goodbye);
    RunEnd end;
    try {
      end = new RunWatch(temporal, workflowId, screen).follow(!screen.isLive());
    } finally {
      Runtime.getRuntime().removeShutdownHook(goodbye);
    }
    return tell(end, out);
  }

  private void leave(Screen screen, String comeBack) {
    screen.close();
    output.say((screen.isLive() ? System.lineSeparator() : "") + goodbye(comeBack));
  }

  private static String goodbye(String comeBack) {
    return "The run goes on without this command; `%s` comes back to it.".formatted(comeBack);
  }

  /** The usual way back. */
  String watch() {
    return "shoal watch " + workflowId;
  }

  private int tell(RunEnd end, Path out) {
    if (end instanceof RunEnd.Succeeded succeeded) {
      return succeeded(succeeded.result(), out);
    }
    if (end instanceof RunEnd.Compared compared) {
      return compared(compared.result());
    }
    if (end instanceof RunEnd.NeedsAttention waiting) {
      output.say(waiting.steps());
      output.answer(
          answer(Output.object())
              .put("run", waiting.workflowId())
              .put("state", "NEEDS_ATTENTION")
              .put("stage", waiting.stage())
              .put("reason", waiting.reason()));
      return ExitCode.NEEDS_ATTENTION;
    }
    RunEnd.Failed failed = (RunEnd.Failed) end;
    output.say("%s: %s".formatted(failed.type(), failed.message()));
    output.answer(
        answer(Output.object()).put("failure", failed.type()).put("error", failed.message()));
    return ExitCode.FAILED;
  }

  private int compared(ComparisonResult result) {
    try (Database database = connection.database()) {
      List<RunRow> runs = database.runs().below(workflowId);
      output.say("");
      output.say(Comparison.of(database, new Wiring(connection.settings()).store(), runs).table());
    } catch (DatabaseSetupException | DatabaseUnavailableException | StackException e) {
      output.say("The database cannot be asked for the table now: " + e.getMessage());
    }
    output.say("");
    tell("Again", "shoal compare " + result.name());
    tell("Page", "shoal compare %s --report".formatted(result.name()));
    output.answer(answer(Output.object(result)));
    return ExitCode.DONE;
  }

  private int succeeded(ReconstructionResult result, Path out) {
    output.say("");
    output.say(table(result));
    output.say("");
    ObjectNode answer = answer(Output.object(result));
    if (out != null && result.export() != null) {
      ExportCopy.copy(Path.of(result.export()), out);
      answer.put("out", out.toAbsolutePath().toString());
    }
    tell("Model", result.export() == null ? "none: " + result.exportNote() : result.export());
    tell("Copy", answer.path("out").asText(""));
    tell("Report", result.report());
    tell("Charts", "shoal report " + result.run().substring(0, 8));
    tell("UI", temporal.link(workflowId).orElse(""));
    tell("Lineage", "shoal lineage " + result.run().substring(0, 8));
    tell("Stages", "%d computed, %d reused".formatted(result.computed(), result.reused()));
    output.answer(answer);
    return ExitCode.DONE;
  }

  private void tell(String what, String text) {
    if (text != null && !text.isEmpty()) {
      output.say("%-8s %s".formatted(what, text));
    }
  }

  private ObjectNode answer(ObjectNode answer) {
    return answer.put("workflow", workflowId).put("ui", temporal.link(workflowId).orElse(null));
  }

  /** In full where the database can be asked. */
  private String table(ReconstructionResult result) {
    try (Database database = connection.database()) {
      ArtifactStore store = new Wiring(connection.settings()).store();
      UUID run = UUID.fromString(result.run());
      String newLine = System.lineSeparator();
      return ScoreTable.table(database, store, run)
          + newLine
          + newLine
          + ExpertUseTable.table(database, store, run);
    } catch (DatabaseSetupException | DatabaseUnavailableException | StackException e) {
      return ScoreTable.table(result);
    }
  }
}
