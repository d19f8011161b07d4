package dev.shoal.migrations;

import static dev.shoal.migrations.Fixture.claimed;
import static dev.shoal.migrations.Fixture.commit;
import static dev.shoal.migrations.Fixture.digest;
import static dev.shoal.migrations.Fixture.json;
import static dev.shoal.migrations.Fixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A claim")
class ClaimTest {

  private static final Database DATABASE = TestServer.migrated();
  private static final ComputationStore COMPUTATIONS = DATABASE.computations();
  private final Fixture fixture = new Fixture(DATABASE);

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  @DisplayName("of a new key gets the work as attempt 1, with no checkpoint")
  void firstClaim() {
    ClaimOutcome.Claimed claimed = fixture.claimed(digest("a1"), fixture.stage("a", "train"));

    assertThat(claimed)
        .isEqualTo(new ClaimOutcome.Claimed(new Claim(digest("a1"), 1), List.of(), 0, 0));
    assertThat(COMPUTATIONS.find(digest("a1")).orElseThrow().keyDocument())
        .isEqualTo(json("{'stage': 'train', 'settings': {'steps': 10}}"));
  }

  @Test
  @DisplayName("by another run is told who is at it, for which run and until when")
  void busy() {
    String key = digest("b1");
    UUID stage = fixture.stage("b", "train");
    fixture.claimed(key, stage);

    ClaimOutcome.Busy busy =
        (ClaimOutcome.Busy) fixture.claim(key, fixture.stage("b-other", "train"));

    assertThat(busy.worker()).isEqualTo("worker-of-" + stage);
    assertThat(busy.runId()).isEqualTo(fixture.run("b"));
    assertThat(busy.remaining()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
    assertThat(COMPUTATIONS.attempts(key)).hasSize(1);
  }

  @Test
  @DisplayName("by a new attempt of the same stage takes over at once")
  void takeover() {
    String key = digest("c1");
    UUID stage = fixture.stage("c", "train");
    Claim older = fixture.claimed(key, stage).claim();

    ClaimOutcome.Claimed newer = fixture.claimed(key, stage);

    assertThat(newer.claim().epoch()).isEqualTo(2);
    assertThat(newer.lossesWithoutProgress()).isEqualTo(1);
    assertThat(COMPUTATIONS.renew(older, 60)).isFalse();
    assertThat(COMPUTATIONS.renew(newer.claim(), 60)).isTrue();
    assertThat(COMPUTATIONS.attempts(key))
        .extracting(AttemptRow::outcome)
        .containsExactly(AttemptRow.Outcome.LOST, AttemptRow.Outcome.RUNNING);
  }

  @Test
  @DisplayName("by another shard of the same run waits as any other would")
  void sameRunOtherShard() {
    String key = digest("c2");
    fixture.claimed(key, fixture.stage("c2", "tokenize"));
    UUID shard = DATABASE.stages().start(fixture.run("c2"), "tokenize", "the same text again");

    assertThat(fixture.claim(key, shard)).isInstanceOf(ClaimOutcome.Busy.class);
  }

  @Test
  @DisplayName("is granted to another run when the lease has run out")
  void expiry() throws InterruptedException {
    String key = digest("d1");
    Claim older = claimed(COMPUTATIONS.claim(request(key, fixture.stage("d", "train"), 1))).claim();
    UUID other = fixture.stage("d-other", "train");
    assertThat(fixture.claim(key, other)).isInstanceOf(ClaimOutcome.Busy.class);

    Thread.sleep(1100);

    assertThat(fixture.claimed(key, other).claim().epoch()).isEqualTo(2);
    assertThat(COMPUTATIONS.renew(older, 60)).isFalse();
  }

  @Test
  @DisplayName("that was prolonged outlives its first term")
  void renewal() throws InterruptedException {
    String key = digest("e1");
    Claim claim = claimed(COMPUTATIONS.claim(request(key, fixture.stage("e", "train"), 1))).claim();
    assertThat(COMPUTATIONS.renew(claim, 60)).isTrue();

    Thread.sleep(1100);

    assertThat(fixture.claim(key, fixture.stage("e-other", "train")))
        .isInstanceOf(ClaimOutcome.Busy.class);
  }

  @Test
  @DisplayName("is granted to exactly one of eight runs that ask at the same time")
  void race() throws Exception {
    String key = digest("f1");
    List<Callable<ClaimOutcome>> claims = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      UUID stage = fixture.stage("f" + i, "train");
      claims.add(() -> fixture.claim(key, stage));
    }

    List<ClaimOutcome> outcomes = together(claims);

    assertThat(outcomes).filteredOn(ClaimOutcome.Claimed.class::isInstance).hasSize(1);
    assertThat(outcomes).filteredOn(ClaimOutcome.Busy.class::isInstance).hasSize(7);
  }

  @Test
  @DisplayName("raced by eight attempts of one stage gives each its own epoch and one the work")
  void takeoverRace() throws Exception {
    String key = digest("f2");
    UUID stage = fixture.stage("f-same", "train");
    List<Callable<ClaimOutcome>> claims = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      claims.add(() -> fixture.claim(key, stage));
    }

    List<Claim> granted = together(claims).stream().map(o -> claimed(o).claim()).toList();

    assertThat(granted)
        .extracting(Claim::epoch)
        .containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    assertThat(granted).filteredOn(claim -> COMPUTATIONS.renew(claim, 60)).hasSize(1);
  }

  @Test
  @DisplayName("counts failures from the same checkpoint, and neither releases nor progress")
  void withoutProgress() {
    String key = digest("aa1");
    UUID stage = fixture.stage("g", "train");
    COMPUTATIONS.fail(fixture.claimed(key, stage).claim(), json("{'message': 'no memory'}"));
    COMPUTATIONS.release(fixture.claimed(key, stage).claim());
    Claim third = fixture.claimed(key, stage).claim();
    COMPUTATIONS.fail(third, json("{'message': 'no memory'}"));

    ClaimOutcome.Claimed fourth = fixture.claimed(key, stage);
    assertThat(fourth.failuresWithoutProgress()).isEqualTo(2);
    assertThat(fourth.lossesWithoutProgress()).isZero();

    COMPUTATIONS.checkpoint(fourth.claim(), Fixture.checkpoint(10, fourth.claim()), 2);
    COMPUTATIONS.fail(fourth.claim(), json("{}"));
    ClaimOutcome.Claimed fifth = fixture.claimed(key, stage);
    assertThat(fifth.failuresWithoutProgress()).isZero();
    assertThat(fifth.newest().orElseThrow().step()).isEqualTo(10);

    COMPUTATIONS.fail(fifth.claim(), json("{}"));
    assertThat(fixture.claimed(key, stage).failuresWithoutProgress()).isEqualTo(1);
    COMPUTATIONS.forgive(key);
    assertThat(fixture.claimed(key, stage).failuresWithoutProgress()).isZero();
  }

  @Test
  @DisplayName("that is superseded can neither fail nor release what another holds")
  void staleFailure() {
    String key = digest("aa2");
    UUID stage = fixture.stage("h", "train");
    Claim older = fixture.claimed(key, stage).claim();
    Claim newer = fixture.claimed(key, stage).claim();

    assertThat(COMPUTATIONS.fail(older, json("{}"))).isFalse();
    assertThat(COMPUTATIONS.release(older)).isFalse();
    assertThat(COMPUTATIONS.renew(newer, 60)).isTrue();
  }

  @Test
  @DisplayName("without a started stage is refused and leaves nothing behind")
  void stageNotStarted() {
    UUID stage = StageRow.idOf(fixture.run("i"), "train", "");

    assertThatThrownBy(() -> fixture.claim(digest("aa3"), stage))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("stage " + stage + " must be started before it claims");
    assertThat(COMPUTATIONS.find(digest("aa3"))).isEmpty();
  }

  @Test
  @DisplayName("committed by one of two racing attempts: the other is refused or shares the result")
  void commitRace() throws Exception {
    String key = digest("aa4");
    UUID stage = fixture.stage("j", "train");
    Claim older = fixture.claimed(key, stage).claim();
    Callable<String> slow =
        () -> {
          try {
            return COMPUTATIONS.commit(older, commit("{'by': 'older'}")).get("by").asText();
          } catch (SupersededException e) {
            return "superseded";
          }
        };
    Callable<String> fast =
        () ->
            fixture
                .claim(key, stage)
                .fold(
                    done -> done.output().get("by").asText(),
                    claimed ->
                        COMPUTATIONS
                            .commit(claimed.claim(), commit("{'by': 'newer'}"))
                            .get("by")
                            .asText(),
                    busy -> "busy");

    List<String> told = together(List.of(slow, fast));

    String stored = COMPUTATIONS.find(key).orElseThrow().output().orElseThrow().get("by").asText();
    assertThat(told.get(1)).isEqualTo(stored);
    assertThat(told.get(0)).isIn(stored, "superseded");
  }

  private static <T> List<T> together(List<Callable<T>> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(work.size());
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(work)) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdown();
    }
  }
}
