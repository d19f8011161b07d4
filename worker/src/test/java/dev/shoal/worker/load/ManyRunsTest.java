package dev.shoal.worker.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.shoal.worker.TestHome;
import dev.shoal.workflows.Reconstruct;
import dev.shoal.workflows.ReconstructionResult;
import dev.shoal.workflows.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("load")
@DisplayName("Two workers")
class ManyRunsTest {

  private static final String REQUEST =
      """
      recipe: domains-2026.1
      name: small
      model: %1$s/model
      datasets:
        - {name: code, path: "%1$s/corpora/code"}
        - {name: sql, path: "%1$s/corpora/sql"}
      experts: {num_experts: 2}
      calibration: {windows: 8, window_tokens: 64, affinity_windows: 2}
      training:
        router_tokens: 0
        expert_tokens: 1024
        batch_tokens: 1024
        sequence_tokens: 64
        weights: lora
      evaluation: {windows: 1, window_tokens: 64}
      """
          .formatted(TestHome.sample());

  private static final String TWICE =
      """
      select count(*) from (
        select key from shoal.attempt where outcome = 'SUCCEEDED' group by key having count(*) > 1) t
      """;

  @Test
  @DisplayName("end 200 runs that are started at once; no stage is lost, none computed twice")
  void many(@TempDir Path state) throws Exception {
    try (Load load = new Load(state)) {
      double seconds = load.run(200, true);
      long stages = load.number("select count(*) from shoal.stage");
      long computed = load.number("select count(*) from shoal.stage where status = 'COMPUTED'");
      assertThat(stages % 200).as("stages of each run").isZero();
      assertThat(load.number("select count(*) from shoal.stage where status <> 'REUSED'"))
          .isEqualTo(computed);
      load.computedOnce(computed);
      System.out.printf(
          "200 runs at once: %.0f s, %,d stages, %,d computed%n", seconds, stages, computed);
    }
  }

  @Test
  @DisplayName("compute each stage once for ten runs of one request")
  void same(@TempDir Path state) throws Exception {
    try (Load load = new Load(state)) {
      double seconds = load.run(10, false);
      long stages = load.number("select count(*) from shoal.stage");
      load.computedOnce(stages / 10);
      System.out.printf("10 runs of one request: %.0f s, %,d stages%n", seconds, stages);
    }
  }

  /** A stack with two workers, and runs started by a client as the UI starts them. */
  private static final class Load implements AutoCloseable {

    private final TestHome home;
    private final WorkflowServiceStubs service;
    private final WorkflowClient client;

    Load(Path state) throws IOException, InterruptedException {
      home = new TestHome(state, Map.of("OMP_NUM_THREADS", "1"));
      home.shoal("up", "-d", "--devices", "cpu");
      home.startWorker();
      service =
          WorkflowServiceStubs.newServiceStubs(
              WorkflowServiceStubsOptions.newBuilder()
                  .setTarget(home.endpoints().temporalAddress())
                  .build());
      client = WorkflowClient.newInstance(service);
    }

    /** Starts runs, that differ in their seed or not at all; seconds until all have ended. */
    double run(int runs, boolean differ) throws IOException, SQLException {
      ObjectNode request = (ObjectNode) new YAMLMapper().readTree(REQUEST);
      long begin = System.nanoTime();
      List<WorkflowStub> started =
          IntStream.range(0, runs)
              .mapToObj(
                  i -> {
                    ObjectNode own = request.deepCopy();
                    own.withObject("/training").put("seed", differ ? i : 0);
                    return start(own, "load-" + i);
                  })
              .toList();
      started.forEach(
          run -> assertThat(run.getResult(ReconstructionResult.class).export()).isNotNull());
      double seconds = (System.nanoTime() - begin) / 1e9;
      assertThat(number("select count(*) from shoal.run where status = 'SUCCEEDED'"))
          .isEqualTo(runs);
      return seconds;
    }

    private WorkflowStub start(ObjectNode request, String id) {
      WorkflowStub run =
          client.newUntypedWorkflowStub(
              Reconstruct.TYPE,
              WorkflowOptions.newBuilder()
                  .setWorkflowId(id)
                  .setTaskQueue(TaskQueues.SHOAL)
                  .build());
      run.start(new ObjectMapper().convertValue(request, Map.class));
      return run;
    }

    void computedOnce(long stages) throws SQLException {
      assertThat(number("select count(*) from shoal.stage where status = 'COMPUTED'"))
          .isEqualTo(stages);
      assertThat(number("select count(*) from shoal.computation where status = 'SUCCEEDED'"))
          .isEqualTo(stages);
      assertThat(number(TWICE)).isZero();
    }

    long number(String query) throws SQLException {
      try (Connection database = DriverManager.getConnection(home.endpoints().databaseUrl());
          Statement statement = database.createStatement();
          ResultSet row = statement.executeQuery(query)) {
        row.next();
        return row.getLong(1);
      }
    }

    @Override
    public void close() {
      service.shutdownNow();
      home.close();
    }
  }
}
