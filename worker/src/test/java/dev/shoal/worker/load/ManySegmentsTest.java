package dev.shoal.worker.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.worker.TestHome;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.Retrain;
import dev.shoal.workflows.RetrainImpl;
import dev.shoal.workflows.stages.StageOutcome;
import dev.shoal.workflows.stages.TrainingActivities;
import io.temporal.activity.Activity;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("load")
@DisplayName("A training child of 5,000 segments")
class ManySegmentsTest {

  private static final String QUEUE = "segments";
  private static final int SEGMENTS = 5_000;

  /** The server warns from here on; it ends an execution at five times as many. */
  private static final int EVENTS_TO_WARN = 10_240;

  /** Counts segments, and the executions of the chain that asked for them. */
  private static final class Counting implements TrainingActivities {

    private final AtomicInteger segments = new AtomicInteger();
    private final Set<String> executions = ConcurrentHashMap.newKeySet();

    @Override
    public Segment train(Task task) {
      executions.add(Activity.getExecutionContext().getInfo().getWorkflowRunId());
      int done = segments.incrementAndGet();
      ArtifactRef made = new ArtifactRef("0".repeat(64), "moe", 1);
      return new Segment(
          done < SEGMENTS ? null : new StageOutcome(made, false, "trained"), done, SEGMENTS);
    }
  }

  @Test
  @DisplayName("goes on in further executions before the server complains of a long history")
  void goesOn(@TempDir Path state) {
    try (TestHome home = new TestHome(state)) {
      home.shoal("up", "-d");
      WorkflowServiceStubs service =
          WorkflowServiceStubs.newServiceStubs(
              WorkflowServiceStubsOptions.newBuilder()
                  .setTarget(home.endpoints().temporalAddress())
                  .build());
      WorkflowClient client = WorkflowClient.newInstance(service);
      WorkerFactory factory = WorkerFactory.newInstance(client);
      try {
        Counting counting = new Counting();
        train(client, factory, counting);
        assertThat(counting.segments).hasValue(SEGMENTS);
        assertThat(counting.executions).hasSizeGreaterThan(1);
        long longest = longest(service, counting.executions);
        assertThat(longest).isLessThan(EVENTS_TO_WARN);
        System.out.printf(
            "%,d segments: %d executions, at most %,d events each%n",
            SEGMENTS, counting.executions.size(), longest);
      } finally {
        factory.shutdownNow();
        service.shutdownNow();
      }
    }
  }

  private static void train(WorkflowClient client, WorkerFactory factory, Counting counting) {
    var worker = factory.newWorker(QUEUE);
    worker.registerWorkflowImplementationTypes(RetrainImpl.class);
    worker.registerActivitiesImplementations(counting);
    factory.start();
    Retrain child =
        client.newWorkflowStub(
            Retrain.class,
            WorkflowOptions.newBuilder().setWorkflowId("child").setTaskQueue(QUEUE).build());
    child.run(TASK, QUEUE);
  }

  private static final TrainingActivities.Task TASK =
      new TrainingActivities.Task(
          null, TrainingActivities.Stage.EXPERTS, null, null, null, null, null, null, 1, 1, null);

  private static long longest(WorkflowServiceStubs service, Iterable<String> executions) {
    long longest = 0;
    for (String run : executions) {
      longest =
          Math.max(
              longest,
              service
                  .blockingStub()
                  .describeWorkflowExecution(
                      DescribeWorkflowExecutionRequest.newBuilder()
                          .setNamespace("default")
                          .setExecution(
                              WorkflowExecution.newBuilder().setWorkflowId("child").setRunId(run))
                          .build())
                  .getWorkflowExecutionInfo()
                  .getHistoryLength());
    }
    return longest;
  }
}
