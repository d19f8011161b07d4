package dev.shoal.worker.runs;

import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunFilter;
import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.RunStatus;
import dev.shoal.migrations.StageRow;
import dev.shoal.worker.wiring.TemporalConnection;
import io.temporal.api.workflow.v1.WorkflowExecutionInfo;
import io.temporal.client.WorkflowNotFoundException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The newest runs. The database does not hear of a termination, so open rows are looked up. */
public final class RunList {

  private static final Set<RunStatus> OPEN =
      Set.of(RunStatus.RUNNING, RunStatus.PAUSED, RunStatus.NEEDS_ATTENTION);
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  private final Database database;

  /** Lists from this database. */
  public RunList(Database database) {
    this.database = database;
  }

  /**
   * A run and how many of its stages were computed and reused.
   *
   * @param run its row
   * @param computed stages that did work
   * @param reused stages taken from earlier runs
   */
  public record Entry(RunRow run, long computed, long reused) {}

  /** Ends the rows of runs that Temporal says are closed. */
  public void reconcile(TemporalConnection temporal) {
    for (RunStatus status : OPEN) {
      database
          .runs()
          .list(Optional.of(status), Integer.MAX_VALUE)
          .forEach(run -> reconcile(run, temporal));
    }
  }

  private void reconcile(RunRow run, TemporalConnection temporal) {
    if (run.namespace().equals(temporal.namespace()) && !isOpen(run, temporal)) {
      database.runs().terminate(run.runId());
    }
  }

  /**
   * Whether the workflow goes on, or ended in a way that it records by itself. A reset makes a new
   * execution with the same first one; a later start makes another first one.
   */
  private static boolean isOpen(RunRow run, TemporalConnection temporal) {
    try {
      WorkflowExecutionInfo info =
          temporal
              .client()
              .newUntypedWorkflowStub(run.workflowId())
              .describe()
              .getRawDescription()
              .getWorkflowExecutionInfo();
      return info.getFirstRunId().equals(run.firstExecutionRunId()) && !wasKilled(info);
    } catch (WorkflowNotFoundException e) {
      return false;
    }
  }

  private static boolean wasKilled(WorkflowExecutionInfo info) {
    return switch (info.getStatus()) {
      case WORKFLOW_EXECUTION_STATUS_TERMINATED, WORKFLOW_EXECUTION_STATUS_TIMED_OUT -> true;
      default -> false;
    };
  }

  /** The newest ones that the filter lets through. */
  public List<Entry> newest(RunFilter filter, int limit) {
    return database.runs().list(filter, limit).stream().map(this::entry).toList();
  }

  private Entry entry(RunRow run) {
    List<StageRow> stages = database.stages().ofRun(run.runId());
    return new Entry(
        run, count(stages, StageRow.Status.COMPUTED), count(stages, StageRow.Status.REUSED));
  }

  private static long count(List<StageRow> stages, StageRow.Status status) {
    return stages.stream().filter(stage -> stage.status() == status).count();
  }

  /** As a table. */
  public static String table(List<Entry> entries) {
    TextTable table =
        new TextTable("run", "name", "status", "started", "took", "computed", "reused");
    for (Entry entry : entries) {
      RunRow run = entry.run();
      table.add(
          RunFinder.shortId(run),
          run.name(),
          run.status().name(),
          TIME.format(run.startedAt().atZone(ZoneId.systemDefault())),
          took(run),
          String.valueOf(entry.computed()),
          String.valueOf(entry.reused()));
    }
    return table.toString();
  }

  private static String took(RunRow run) {
    Instant end = run.endedAt().orElseGet(Instant::now);
    String time =
        PendingActivity.words((double) Duration.between(run.startedAt(), end).toSeconds());
    return run.endedAt().isPresent() ? time : time + " so far";
  }
}
