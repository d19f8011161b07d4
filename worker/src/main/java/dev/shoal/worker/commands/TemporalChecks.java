package dev.shoal.worker.commands;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.shoal.worker.wiring.Settings;
import dev.shoal.worker.wiring.TemporalConnection;
import dev.shoal.workflows.TaskQueues;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.TaskQueueType;
import io.temporal.api.taskqueue.v1.PollerInfo;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Temporal, and whether anybody would take the work of a run: one connection tells both. */
final class TemporalChecks {

  private static final String TEMPORAL = "Temporal";
  private static final String WORKER = "worker";

  private static final Check UNKNOWN =
      new Check(WORKER, Check.Verdict.NOTE, "not known: Temporal does not say");

  /** An idle worker asks once a minute; Temporal remembers one that is gone for five. */
  private static final Duration FRESH = Duration.ofSeconds(75);

  private TemporalChecks() {}

  /** The server, then its workers; of a server that does not answer they are not known. */
  static List<Check> look(Settings settings) {
    try (TemporalConnection temporal = TemporalConnection.open(settings)) {
      String found = "answers, namespace " + temporal.namespace();
      return List.of(new Check(TEMPORAL, Check.Verdict.OK, found), worker(temporal));
    } catch (RuntimeException e) {
      return List.of(new Check(TEMPORAL, Check.Verdict.PROBLEM, e.getMessage()), UNKNOWN);
    }
  }

  /** Who may not look at a queue may still be allowed to work in it. */
  private static Check worker(TemporalConnection temporal) {
    try {
      return worker(pollers(temporal), Instant.now());
    } catch (StatusRuntimeException e) {
      return UNKNOWN;
    }
  }

  /** What follows from those who asked lately. */
  static Check worker(List<PollerInfo> pollers, Instant now) {
    List<PollerInfo> fresh =
        pollers.stream()
            .filter(poller -> age(poller, now).compareTo(FRESH) <= 0)
            .sorted(Comparator.comparing(PollerInfo::getIdentity))
            .toList();
    if (fresh.isEmpty()) {
      return new Check(
          WORKER,
          Check.Verdict.NOTE,
          "none asks for work, so runs wait; start one with `shoal up -d` or `shoal worker`");
    }
    return new Check(
        WORKER,
        Check.Verdict.OK,
        fresh.stream().map(poller -> text(poller, now)).collect(Collectors.joining("; ")));
  }

  private static List<PollerInfo> pollers(TemporalConnection temporal) {
    return temporal
        .client()
        .getWorkflowServiceStubs()
        .blockingStub()
        .describeTaskQueue(
            DescribeTaskQueueRequest.newBuilder()
                .setNamespace(temporal.namespace())
                .setTaskQueue(TaskQueue.newBuilder().setName(TaskQueues.SHOAL))
                .setTaskQueueType(TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW)
                .build())
        .getPollersList();
  }

  private static String text(PollerInfo poller, Instant now) {
    return "%s asked for work %d s ago"
        .formatted(poller.getIdentity(), age(poller, now).toSeconds());
  }

  private static Duration age(PollerInfo poller, Instant now) {
    Timestamp last = poller.getLastAccessTime();
    Duration age = Duration.between(Instant.ofEpochMilli(Timestamps.toMillis(last)), now);
    return age.isNegative() ? Duration.ZERO : age;
  }
}
