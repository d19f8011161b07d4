package dev.shoal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.migrations.DatabaseSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
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

  private static final String TOKEN = "a-token-that-nobody-may-read-4711";

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
      int port = freePort();
      home.variable("SHOAL_METRICS_ADDRESS", "127.0.0.1:" + port);
      home.variable("SHOAL_WEBHOOK_URL", "http://127.0.0.1:9/hook?token=" + TOKEN);
      home.shoal("up", "-d", "--devices", "cpu");
      home.variable("SHOAL_METRICS_ADDRESS", "");
      home.startWorker();
      assertThat(home.shoal("doctor").out())
          .contains("devices          the processor")
          .containsPattern("worker +\\S+ asked for work \\d+ s ago");
      assertThat(BadStarts.failures(home.endpoints().temporalAddress()))
          .as("starts that the workers end at once")
          .hasEntrySatisfying(
              "empty", f -> assertThat(f).startsWith("InvalidInput: The request is"))
          .hasEntrySatisfying("second argument", f -> assertThat(f).contains("two arguments"))
          .hasEntrySatisfying("wrong encoding", f -> assertThat(f).contains("expected json/plain"))
          .hasEntrySatisfying("array", f -> assertThat(f).contains("request: found a list"))
          .allSatisfy((start, failure) -> assertThat(failure).startsWith("InvalidInput: "));
      MetricsSeen seen = new MetricsSeen(port);
      JsonNode done = home.shoal("run", request.toString(), "--json").json();
      assertThat(done.path("trained").asDouble()).isLessThan(done.path("routed").asDouble());
      assertThat(Path.of(done.path("export").asText())).isNotEmptyDirectory();
      String url = home.endpoints().databaseUrl();
      assertThat(number(url, SIDE_BY_SIDE)).isPositive();
      assertThat(number(url, "select count(distinct worker) from shoal.attempt")).isEqualTo(2);
      assertThat(number(url, "select count(*) from shoal.attempt where task_queue = 'shoal-cpu'"))
          .isEqualTo(3 + 3 + 1 + 2 + 4 + 1); // rows, experts, trainings, judgements, export
      assertThat(seen.names()).as("what the dashboard shows").containsAll(Deployment.metrics());
      for (String query : Deployment.queries()) {
        assertThat(rows(url, query)).as(query).isPositive();
      }
      assertThat(secretsLeft(state, url)).isEmpty();
    }
  }

  /** Where a secret can be read after a whole run: nowhere but in its own file. */
  private static List<String> secretsLeft(Path state, String url) throws IOException {
    String password = Files.readString(state.resolve("postgres/password")).strip();
    SecretSearch search =
        new SecretSearch(Map.of("database password", password, "token of a webhook", TOKEN));
    List<String> found = new ArrayList<>();
    for (String place : List.of("logs", "artifacts", "temporal.db")) {
      assertThat(state.resolve(place)).exists();
      found.addAll(search.inFolder(state.resolve(place)));
    }
    found.addAll(search.inDatabase(new DatabaseSettings(url, "shoal", password)));
    return found;
  }

  /** What the first worker offers to Prometheus, now and then while the run goes on. */
  private static final class MetricsSeen {

    private final Set<String> names = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> looking;

    MetricsSeen(int port) {
      URI address = URI.create("http://127.0.0.1:%d/metrics".formatted(port));
      looking = clock.scheduleWithFixedDelay(() -> look(address), 0, 200, TimeUnit.MILLISECONDS);
    }

    private void look(URI address) {
      try (InputStream text = address.toURL().openStream()) {
        new String(text.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.startsWith("#"))
            .forEach(line -> names.add(line.replaceFirst("[{ ].*", "")));
      } catch (IOException e) {
        throw new UncheckedIOException(e); // ends the looking; what was seen is asserted
      }
    }

    Set<String> names() {
      looking.cancel(false);
      clock.shutdown();
      return names;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static int rows(String url, String query) throws SQLException {
    try (Connection database = DriverManager.getConnection(url);
        Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      int rows = 0;
      while (row.next()) {
        rows++;
      }
      return rows;
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
