package dev.shoal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Two worker processes on one Temporal, database and artifact folder")
class SharedWorkTest {

  private static final String REQUEST =
      """
      recipe: domains-2026.1
      name: shared
      model: %1$s/model
      datasets:
        - {name: code, path: "%1$s/corpora/code"}
        - {name: json, path: "%1$s/corpora/json"}
        - {name: sql, path: "%1$s/corpora/sql"}
      experts: {num_experts: 2}
      calibration: {windows: 32, window_tokens: 64, affinity_windows: 4}
      training:
        weights: full
        router_tokens: 1024
        expert_tokens: 4096
        batch_tokens: 1024
        sequence_tokens: 64
      evaluation: {windows: 2, window_tokens: 64}
      """
          .formatted(TestHome.sample());

  /** Pairs of attempts at the same kind of stage, by different workers at the same time. */
  private static final String SIDE_BY_SIDE =
      """
      select count(*) from shoal.stage_history a join shoal.stage_history b
        on a.stage = b.stage and a.stage in ('calibrate', 'affinity') and a.worker < b.worker
        and a.started_at < b.ended_at and b.started_at < a.ended_at
      """;

  @Test
  @DisplayName("calibrate and evaluate side by side, and train all expert weights of one mixture")
  void share(@TempDir Path state) throws Exception {
    try (TestHome home = new TestHome(state, Map.of("OMP_NUM_THREADS", "1"))) {
      Path request = home.request("shared.yaml", REQUEST);
      home.shoal("up", "-d", "--devices", "cpu");
      home.startWorker();
      assertThat(home.shoal("doctor").out()).contains("devices          the processor");
      JsonNode done = home.shoal("run", request.toString(), "--json").json();
      assertThat(done.path("trained").asDouble()).isLessThan(done.path("routed").asDouble());
      assertThat(Path.of(done.path("export").asText())).isNotEmptyDirectory();
      String url = home.endpoints().databaseUrl();
      assertThat(number(url, SIDE_BY_SIDE)).isPositive();
      assertThat(number(url, "select count(distinct worker) from shoal.attempt")).isEqualTo(2);
      assertThat(number(url, "select count(*) from shoal.attempt where task_queue = 'shoal-cpu'"))
          .isEqualTo(3 + 3 + 1 + 2 + 4 + 1); // rows, experts, trainings, judgements, export
    }
  }

  private static long number(String url, String query) throws SQLException {
    try (Connection database = DriverManager.getConnection(url);
        Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }
}
