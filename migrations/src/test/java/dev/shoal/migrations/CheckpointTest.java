package dev.shoal.migrations;

import static dev.shoal.migrations.Fixture.checkpoint;
import static dev.shoal.migrations.Fixture.digest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A checkpoint")
class CheckpointTest {

  private static final Database DATABASE = TestServer.migrated();
  private static final ComputationStore COMPUTATIONS = DATABASE.computations();
  private final Fixture fixture = new Fixture(DATABASE);

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  @DisplayName("pushes the third newest out and names it, once")
  void keepsTwo() {
    UUID stage = fixture.stage("a", "train");
    Claim claim = fixture.claimed(digest("a1"), stage).claim();
    assertThat(add(claim, 10)).isEmpty();
    assertThat(add(claim, 20)).isEmpty();
    assertThat(add(claim, 30)).containsExactly(checkpoint(10, claim));
    assertThat(add(claim, 30)).isEmpty();

    assertThat(fixture.claimed(digest("a1"), stage).checkpoints())
        .containsExactly(checkpoint(30, claim), checkpoint(20, claim));
  }

  @Test
  @DisplayName("that a fork begins from stays, until the fork has taken it")
  void pinned() {
    CheckpointStore checkpoints = DATABASE.checkpoints();
    UUID stage = fixture.stage("b", "train");
    Claim claim = fixture.claimed(digest("b1"), stage).claim();
    String wanted = checkpoint(110, claim).sha256();
    add(claim, 110);
    assertThat(checkpoints.pin(wanted)).isTrue();
    assertThat(checkpoints.pin(wanted)).isTrue();
    add(claim, 120);

    assertThat(add(claim, 130)).isEmpty();
    assertThat(checkpoints.ofRun(fixture.run("b")))
        .extracting(CheckpointStore.Kept::step)
        .containsExactly(130L, 120L, 110L);
    CheckpointStore.Source source = checkpoints.source(wanted).orElseThrow();
    assertThat(source.runId()).isEqualTo(fixture.run("b"));
    assertThat(source.path()).contains("/ckpt/110");
    checkpoints.taken(wanted);
    assertThat(add(claim, 140)).containsExactly(checkpoint(120, claim), checkpoint(110, claim));
    assertThat(checkpoints.pin(wanted)).isFalse();
    assertThat(checkpoints.source(wanted)).isEmpty();
  }

  @Test
  @DisplayName("of a stale epoch is refused")
  void stale() {
    UUID stage = fixture.stage("c", "train");
    Claim older = fixture.claimed(digest("c1"), stage).claim();
    Claim newer = fixture.claimed(digest("c1"), stage).claim();

    assertThatThrownBy(() -> add(older, 10)).isInstanceOf(SupersededException.class);
    assertThatThrownBy(() -> COMPUTATIONS.rewind(older, OptionalLong.empty()))
        .isInstanceOf(SupersededException.class);
    COMPUTATIONS.release(newer);
    assertThatThrownBy(() -> add(newer, 10)).isInstanceOf(SupersededException.class);
  }

  @Test
  @DisplayName("older than the newest is refused")
  void backwards() {
    Claim claim = fixture.claimed(digest("d1"), fixture.stage("d", "train")).claim();
    add(claim, 20);

    assertThatThrownBy(() -> add(claim, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("checkpoint of step 10 comes after one of step 20");
  }

  @Test
  @DisplayName("that is damaged is rewound over: the one before is used, later numbers go")
  void rewind() {
    UUID stage = fixture.stage("e", "train");
    Claim first = fixture.claimed(digest("e1"), stage).claim();
    add(first, 10);
    add(first, 20);
    DATABASE
        .metrics()
        .record(
            first,
            List.of(
                new MetricRow("loss", 10, 3),
                new MetricRow("loss", 20, 2),
                new MetricRow("loss", 25, 1)));

    Claim second = fixture.claimed(digest("e1"), stage).claim();
    assertThat(steps()).as("claimed at 20").containsExactly(10L, 20L);
    assertThat(COMPUTATIONS.rewind(second, OptionalLong.of(10)))
        .containsExactly(checkpoint(20, first));
    assertThat(steps()).containsExactly(10L);
    assertThat(COMPUTATIONS.attempts(digest("e1")).get(1).resumedFromStep()).contains(10L);

    COMPUTATIONS.rewind(second, OptionalLong.empty());
    assertThat(steps()).isEmpty();
  }

  private static List<Long> steps() {
    return DATABASE.metrics().series(digest("e1"), "loss").stream()
        .map(MetricStore.Point::step)
        .toList();
  }

  private static List<Checkpoint> add(Claim claim, long step) {
    return COMPUTATIONS.checkpoint(claim, checkpoint(step, claim), 2);
  }
}
