package dev.shoal.migrations;

import static dev.shoal.migrations.Fixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The outbox")
class OutboxTest {

  private static final Database DATABASE = TestServer.migrated();
  private static final Outbox OUTBOX = DATABASE.outbox();
  private static final Fixture FIXTURE = new Fixture(DATABASE);

  private final List<String> got = new ArrayList<>();

  @BeforeEach
  void empty() {
    OUTBOX.deliver(100, message -> {});
  }

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  private void take(Outbox.Message message) {
    got.add(message.topic() + " " + message.payload().path("name").asText());
  }

  @Test
  @DisplayName("tells of every move of a run once, in order, also where the move is repeated")
  void moves() {
    UUID run = FIXTURE.run("told");
    DATABASE.runs().park(run, json("{'message': 'disk full'}"));
    DATABASE.runs().park(run, json("{'message': 'disk full'}"));
    DATABASE.runs().resume(run);
    DATABASE.runs().park(run, json("{'message': 'disk full'}"));
    DATABASE.runs().resume(run);
    DATABASE.runs().succeed(run, json("{'model': 'm'}"));
    DATABASE.runs().succeed(run, json("{'model': 'm'}"));
    assertThat(OUTBOX.deliver(100, this::take)).isEqualTo(5);
    assertThat(got)
        .containsExactly(
            "run.needs_attention name-told",
            "run.running name-told",
            "run.needs_attention name-told",
            "run.running name-told",
            "run.succeeded name-told");
    assertThat(OUTBOX.deliver(100, this::take)).isZero();
  }

  @Test
  @DisplayName("keeps what was refused, and all after it, for the next time")
  void refused() {
    for (String name : List.of("a", "b", "c")) {
      DATABASE.runs().cancel(FIXTURE.run(name));
    }
    assertThatThrownBy(
            () ->
                OUTBOX.deliver(
                    100,
                    message -> {
                      if (message.payload().path("name").asText().equals("name-b")) {
                        throw new IllegalStateException("away");
                      }
                      take(message);
                    }))
        .hasMessage("away");
    assertThat(OUTBOX.deliver(1, this::take)).isEqualTo(1);
    assertThat(OUTBOX.deliver(100, this::take)).isEqualTo(1);
    assertThat(got)
        .containsExactly("run.canceled name-a", "run.canceled name-b", "run.canceled name-c");
  }

  @Test
  @DisplayName("is delivered by one at a time")
  void turns() {
    DATABASE.runs().cancel(FIXTURE.run("turn"));
    int sent =
        OUTBOX.deliver(
            100,
            message -> {
              take(message);
              assertThat(CompletableFuture.supplyAsync(() -> OUTBOX.deliver(100, this::take)))
                  .succeedsWithin(Duration.ofSeconds(30))
                  .isEqualTo(0);
            });
    assertThat(sent).isEqualTo(1);
    assertThat(got).hasSize(1);
  }
}
