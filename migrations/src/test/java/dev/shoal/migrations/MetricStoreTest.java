package dev.shoal.migrations;

import static dev.shoal.migrations.Fixture.digest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Metrics")
class MetricStoreTest {

  private static final Database DATABASE = TestServer.migrated();
  private static final MetricStore METRICS = DATABASE.metrics();
  private final Fixture fixture = new Fixture(DATABASE);

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  @DisplayName("keep NaN and the infinities, in the order of the steps")
  void special() {
    Claim claim = fixture.claimed(digest("a1"), fixture.stage("a", "train")).claim();
    METRICS.record(
        claim,
        List.of(
            new MetricRow("loss", 3, Double.NEGATIVE_INFINITY),
            new MetricRow("loss", 1, Double.NaN),
            new MetricRow("loss", 2, 0.1)));

    assertThat(METRICS.series(claim.key(), "loss"))
        .extracting(MetricStore.Point::value)
        .containsExactly(Double.NaN, 0.1, Double.NEGATIVE_INFINITY);
    METRICS.record(claim, List.of(new MetricRow("rate", 7, 1)));
    assertThat(METRICS.last(claim.key()).keySet()).containsExactly("loss", "rate");
    assertThat(METRICS.last(claim.key()).get("loss").step()).isEqualTo(3);
    assertThat(METRICS.last(digest("a2"))).isEmpty();
    assertThat(METRICS.series(claim.key()).keySet()).containsExactly("loss", "rate");
    assertThat(METRICS.series(claim.key()).get("loss"))
        .isEqualTo(METRICS.series(claim.key(), "loss"));
  }

  @Test
  @DisplayName("written again replace what was there, also within one list")
  void upsert() {
    Claim claim = fixture.claimed(digest("b1"), fixture.stage("b", "train")).claim();
    METRICS.record(claim, List.of(new MetricRow("loss", 1, 3)));
    METRICS.record(claim, List.of(new MetricRow("loss", 1, 2), new MetricRow("loss", 1, 1)));
    METRICS.record(claim, List.of());

    assertThat(METRICS.series(claim.key(), "loss"))
        .extracting(MetricStore.Point::value)
        .containsExactly(1.0);
  }

  @Test
  @DisplayName("of a stale epoch are refused")
  void stale() {
    UUID stage = fixture.stage("c", "train");
    Claim older = fixture.claimed(digest("c1"), stage).claim();
    Claim newer = fixture.claimed(digest("c1"), stage).claim();
    METRICS.record(newer, List.of(new MetricRow("loss", 1, 2)));

    assertThatThrownBy(() -> METRICS.record(older, List.of(new MetricRow("loss", 1, 9))))
        .isInstanceOf(SupersededException.class);
    assertThat(METRICS.series(digest("c1"), "loss"))
        .extracting(MetricStore.Point::value)
        .containsExactly(2.0);
  }

  @Test
  @DisplayName("observed after the newest checkpoint go when the next attempt begins")
  void afterCheckpoint() {
    UUID stage = fixture.stage("d", "train");
    Claim first = fixture.claimed(digest("d1"), stage).claim();
    METRICS.record(first, List.of(new MetricRow("loss", 0, 4)));
    Claim second = fixture.claimed(digest("d1"), stage).claim();
    assertThat(METRICS.series(digest("d1"), "loss")).as("no checkpoint").isEmpty();

    METRICS.record(
        second,
        List.of(
            new MetricRow("loss", 9, 4),
            new MetricRow("loss", 10, 3),
            new MetricRow("loss", 11, 2)));
    DATABASE.computations().checkpoint(second, Fixture.checkpoint(10, second), 2);
    fixture.claimed(digest("d1"), stage);

    assertThat(METRICS.series(digest("d1"), "loss"))
        .extracting(MetricStore.Point::step)
        .containsExactly(9L, 10L);
  }

  @Test
  @DisplayName("come fast enough: 50,000 in well under ten seconds")
  void many() {
    Claim claim = fixture.claimed(digest("e1"), fixture.stage("e", "train")).claim();
    List<MetricRow> rows =
        IntStream.range(0, 50_000).mapToObj(i -> new MetricRow("loss", i, 1.0 / (i + 1))).toList();

    Instant begin = Instant.now();
    METRICS.record(claim, rows);
    Duration took = Duration.between(begin, Instant.now());

    System.out.println("50,000 metrics in " + took.toMillis() + " ms");
    assertThat(METRICS.series(claim.key(), "loss")).hasSize(50_000);
    assertThat(took).isLessThan(Duration.ofSeconds(10));
  }
}
