package dev.shoal.migrations;

import static dev.shoal.migrations.Fixture.digest;
import static dev.shoal.migrations.Fixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A run")
class RunStoreTest {

  private static final Database DATABASE = TestServer.migrated();
  private static final RunStore RUNS = DATABASE.runs();
  private final Fixture fixture = new Fixture(DATABASE);

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  @DisplayName("recorded twice is one row, as it was the first time")
  void twice() {
    UUID run = fixture.run("a");
    RUNS.resolve(run, json("{'model': 'm', 'seed': 42}"));

    assertThat(fixture.run("a")).isEqualTo(run);
    RunRow row = RUNS.get(run).orElseThrow();
    assertThat(row.tags()).containsExactly("test");
    assertThat(row.request()).isEqualTo(json("{'model': 'm'}"));
    assertThat(row.resolved()).contains(json("{'model': 'm', 'seed': 42}"));
    assertThat(row.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(row.endedAt()).isEmpty();
  }

  @Test
  @DisplayName("may be parked or paused and go on; ended it stays ended until it is reopened")
  void status() {
    UUID run = fixture.run("b");
    assertThat(RUNS.park(run, json("{'message': 'out of memory'}"))).isTrue();
    assertThat(RUNS.get(run).orElseThrow().failure())
        .contains(json("{'message': 'out of memory'}"));
    assertThat(RUNS.resume(run)).isTrue();
    assertThat(RUNS.get(run).orElseThrow().failure()).isEmpty();
    assertThat(RUNS.pause(run)).isTrue();
    assertThat(RUNS.get(run).orElseThrow().status()).isEqualTo(RunStatus.PAUSED);
    assertThat(RUNS.get(run).orElseThrow().endedAt()).isEmpty();
    assertThat(RUNS.succeed(run, json("{'moe': 'x'}"))).isTrue();

    assertThat(RUNS.park(run, json("{}"))).isFalse();
    assertThat(RUNS.cancel(run)).isFalse();
    assertThat(RUNS.get(run).orElseThrow().result()).contains(json("{'moe': 'x'}"));
    assertThat(RUNS.get(run).orElseThrow().endedAt()).isPresent();

    RUNS.reopen(run);
    assertThat(RUNS.terminate(run)).isTrue();
    assertThat(RUNS.list(Optional.of(RunStatus.TERMINATED), 10))
        .extracting(RunRow::runId)
        .containsExactly(run);
  }

  @Test
  @DisplayName(
      "is found by id, the beginning of the id, workflow id and name; the newest name first")
  void find() {
    UUID run = fixture.run("c");
    RunStart again =
        new RunStart(
            "default",
            "c-again",
            "e",
            "name-c",
            Optional.of("exp"),
            List.of(),
            json("{}"),
            Optional.of(run));
    UUID newer = RUNS.create(again);

    assertThat(ids(run.toString())).containsExactly(run);
    assertThat(ids(run.toString().substring(0, 13).toUpperCase(Locale.ROOT))).containsExactly(run);
    assertThat(ids("c")).startsWith(run); // workflow id before ids that begin with a c
    assertThat(ids("name-c")).containsExactly(newer, run);
    assertThat(ids("nothing like it")).isEmpty();
    assertThat(RUNS.get(newer).orElseThrow().forkedFrom()).contains(run);
    assertThat(RUNS.list(Optional.empty(), 1)).hasSize(1);
  }

  @Test
  @DisplayName("lists its stages; a failed one may begin anew, an ended one not")
  void stages() {
    UUID run = fixture.run("d");
    StageStore stages = DATABASE.stages();
    UUID tokenize = stages.start(run, "tokenize", "legal");
    UUID group = stages.start(run, "group", "");

    assertThat(stages.fail(tokenize, json("{'message': 'no text'}"))).isTrue();
    assertThat(stages.start(run, "tokenize", "legal")).isEqualTo(tokenize);
    assertThat(stages.skip(group, json("{'message': 'experts by tokens'}"))).isTrue();
    assertThat(stages.fail(group, json("{}"))).isFalse();

    assertThat(stages.ofRun(run))
        .extracting(StageRow::name, StageRow::shard, StageRow::status)
        .containsExactly(
            tuple("tokenize", "legal", StageRow.Status.RUNNING),
            tuple("group", "", StageRow.Status.SKIPPED));
  }

  @Test
  @DisplayName("keeps the environment of each attempt, once")
  void environment() {
    EnvironmentStore environments = DATABASE.environments();
    environments.record(digest("e1"), json("{'gpu': 'H100'}"));
    environments.record(digest("e1"), json("{'gpu': 'H100'}"));
    ClaimRequest plain = Fixture.request(digest("e2"), fixture.stage("e", "train"), 60);
    DATABASE
        .computations()
        .claim(
            new ClaimRequest(
                plain.key(),
                plain.keyDocument(),
                plain.stageName(),
                plain.codeVersion(),
                plain.owner(),
                plain.leaseSeconds(),
                Optional.of(digest("e1"))));

    assertThat(environments.find(digest("e1"))).contains(json("{'gpu': 'H100'}"));
    assertThat(DATABASE.computations().attempts(digest("e2")).get(0).environmentSha256())
        .contains(digest("e1"));
  }

  private static List<UUID> ids(String text) {
    return RUNS.find(text).stream().map(RunRow::runId).toList();
  }
}
