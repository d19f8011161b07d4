package dev.shoal.worker.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.DatabaseSettings;
import dev.shoal.worker.wiring.MlflowSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What other systems are told")
class MessengerTest {

  private static final Path EXAMPLE =
      Path.of("../migrations/src/test/resources/dev/shoal/migrations/example.sql");

  /** As the commits of legal-b's last three stages and its end would have written. */
  private static final String MESSAGES =
      """
      truncate shoal.outbox;
      insert into shoal.outbox (topic, dedup_key, payload)
      select 'stage.computed', stage_id, jsonb_build_object('stage_id', stage_id)
      from shoal.stage
      where run_id = md5('legal-b')::uuid and status = 'COMPUTED'
      order by started_at;
      insert into shoal.outbox (topic, dedup_key, payload)
      values ('run.running', 'r', '{}'),
        ('run.succeeded', 's', '{"name": "legal-b", "status": "SUCCEEDED"}')
      """;

  /** A request of 251 fields, the longest with 7,000 characters, and a curve of 2,500 steps. */
  private static final String LARGE =
      """
      update shoal.run
      set resolved = jsonb_build_object(
        'description', repeat('x', 7000),
        'datasets', (select jsonb_agg(jsonb_build_object('name', 'set ' || n))
                     from generate_series(1, 250) n))
      where name = 'legal-b';
      insert into shoal.metric (key, name, step, value, lease_epoch)
      select computation_key, 'curve', step, step / 2.0, 1
      from shoal.stage, generate_series(1, 2500) step
      where run_id = md5('legal-b')::uuid and name = 'train experts';
      insert into shoal.metric (key, name, step, value, lease_epoch)
      select computation_key, 'expert_share/0/law: "a"', 1, 0.5, 1
      from shoal.stage where run_id = md5('legal-b')::uuid and shard = 'trained';
      insert into shoal.metric (key, name, step, value, lease_epoch)
      select computation_key, 'perplexity_per_token/law: "a"', 0, 'Infinity', 1
      from shoal.stage where run_id = md5('legal-b')::uuid and shard = 'trained';
      insert into shoal.outbox (topic, dedup_key, payload)
      values ('run.succeeded', 'm', jsonb_build_object('run_id', md5('legal-b')::uuid)),
        ('run.failed', 'n', jsonb_build_object('run_id', md5('code-only')::uuid)) -- was refused
      """;

  private static EmbeddedPostgres postgres;
  private static Database database;

  private final List<String> posted = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger status = new AtomicInteger(204);
  private HttpServer web;
  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start();
    database =
        Database.open(
            new DatabaseSettings(
                postgres.getJdbcUrl("postgres", "postgres"), "postgres", "postgres"));
    database.migrate();
    execute(Files.readString(EXAMPLE));
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
    postgres.close();
  }

  private static void execute(String sql) throws Exception {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @BeforeEach
  void listen() throws Exception {
    execute(MESSAGES);
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          int answer = status.get();
          if (answer == 204) {
            posted.add(new String(body, StandardCharsets.UTF_8));
          }
          exchange.sendResponseHeaders(answer, -1);
          exchange.close();
        });
    web.start();
  }

  @AfterEach
  void hangUp() {
    web.stop(0);
  }

  private URI address() {
    return URI.create("http://127.0.0.1:%d/secret".formatted(web.getAddress().getPort()));
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }

  @Test
  @DisplayName("is a line of OpenLineage for each stage that made something, in order")
  void openLineage() throws Exception {
    Path file = folder.resolve("new/events.jsonl");
    Messenger messenger =
        new Messenger(database, List.of(new OpenLineageReceiver(database, Target.file(file))));
    assertThat(messenger.deliver()).isEqualTo(5);
    assertThat(messenger.deliver()).isZero();
    List<String> lines = Files.readAllLines(file); // evaluate made no artifact in the example
    assertThat(lines).hasSize(2);
    assertThat(json(lines.get(0)).at("/job/name").asText()).isEqualTo("train experts");
    assertThat(json(lines.get(0)).at("/inputs")).hasSize(3);
    assertThat(json(lines.get(1)).at("/outputs/0/name").asText()).startsWith("export/eb");
  }

  @Test
  @DisplayName("waits while the webhook does not answer, and comes when it does")
  void waits() throws Exception {
    Messenger messenger =
        new Messenger(database, List.of(new WebhookReceiver(Target.post(address()))));
    status.set(503);
    assertThatThrownBy(messenger::deliver)
        .isInstanceOf(NotDeliveredException.class)
        .hasMessageEndingWith(" answers with status 503")
        .hasMessageNotContaining("secret");
    assertThat(database.outbox().waiting(10)).hasSize(1);
    status.set(204);
    assertThat(messenger.deliver()).isEqualTo(1);
    assertThat(posted).hasSize(1);
    assertThat(json(posted.get(0)).path("event").asText()).isEqualTo("run.succeeded");
    assertThat(json(posted.get(0)).path("id").asText()).isEqualTo("s");
    assertThat(json(posted.get(0)).path("name").asText()).isEqualTo("legal-b");
  }

  @Test
  @DisplayName("leaves out what a receiver has read and will never take")
  void refused() {
    Messenger messenger =
        new Messenger(database, List.of(new WebhookReceiver(Target.post(address()))));
    status.set(422);
    assertThat(messenger.deliver()).isEqualTo(5);
    assertThat(database.outbox().waiting(10)).isEmpty();
  }

  private static MlflowReceiver mlflow(FakeMlflow server, String token) {
    return new MlflowReceiver(
        database,
        new MlflowSettings(
            server.address(), "lab", Optional.of(token), Optional.of("http://temporal")));
  }

  @Test
  @DisplayName("is a run of MLflow: its settings, its numbers also of what it reused, how it ended")
  void mlflow() throws Exception {
    execute(LARGE);
    try (FakeMlflow server = new FakeMlflow()) {
      Messenger messenger = new Messenger(database, List.of(mlflow(server, FakeMlflow.TOKEN)));
      server.endAfter(4); // two of params, then in the middle of the curve
      assertThatThrownBy(messenger::deliver).isInstanceOf(NotDeliveredException.class);
      server.endAfter(Integer.MAX_VALUE);
      assertThat(messenger.deliver()).isEqualTo(7);
      execute("update shoal.outbox set sent_at = null");
      assertThat(messenger.deliver()).isEqualTo(7);

      assertThat(server.runs()).hasSize(1);
      FakeMlflow.Run run = server.runs().get("run-0");
      assertThat(run.info.path("status").asText()).isEqualTo("FINISHED");
      assertThat(run.params).hasSize(251).containsEntry("datasets.249.name", "set 250");
      assertThat(run.params.get("description")).hasSize(6_000);
      assertThat(run.tags)
          .containsEntry("shoal.status", "SUCCEEDED")
          .containsEntry("shoal.export", "eb" + "0".repeat(62))
          .containsEntry(
              "shoal.temporal", "http://temporal/namespaces/default/workflows/shoal%2Flegal-b%2F1");
      assertThat(run.metrics)
          .contains(
              "dense/perplexity_per_token/geometric_mean 0 16.0",
              "trained/perplexity_per_token/law_ _a_ 0 \"Infinity\"",
              "train experts/loss 2000 3.0")
          .noneMatch(metric -> metric.contains("expert_share"));
      assertThat(run.metrics.stream().filter(m -> m.startsWith("train experts/curve ")).distinct())
          .hasSize(2_500);
      assertThat(run.metrics.stream().filter(m -> m.contains("curve 2500 "))).hasSize(1);
    }
  }

  @Test
  @DisplayName("waits while MLflow does not know the token, which no message names")
  void mlflowToken() throws Exception {
    execute(LARGE.substring(LARGE.lastIndexOf("insert")));
    try (FakeMlflow server = new FakeMlflow()) {
      Messenger messenger = new Messenger(database, List.of(mlflow(server, "secret")));
      assertThatThrownBy(messenger::deliver)
          .isInstanceOf(NotDeliveredException.class)
          .hasMessageEndingWith(" answers with status 401; set MLFLOW_TRACKING_TOKEN")
          .hasMessageNotContaining("secret");
      assertThat(server.runs()).isEmpty();
    }
  }
}
