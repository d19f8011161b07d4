package dev.shoal.migrations;

import static dev.shoal.migrations.Fixture.artifact;
import static dev.shoal.migrations.Fixture.commit;
import static dev.shoal.migrations.Fixture.digest;
import static dev.shoal.migrations.Fixture.done;
import static dev.shoal.migrations.Fixture.json;
import static dev.shoal.migrations.Fixture.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.migrations.Commit.InputArtifact;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A commit")
class CommitTest {

  private static final Database DATABASE = TestServer.migrated();
  private static final ComputationStore COMPUTATIONS = DATABASE.computations();
  private final Fixture fixture = new Fixture(DATABASE);

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  @DisplayName("writes output, numbers, edges, stage and one message together")
  void together() {
    UUID stage = fixture.stage("a", "train");
    Claim claim = fixture.claimed(digest("a1"), stage).claim();
    DATABASE.artifacts().record(artifact(digest("a2"), "corpus"), "/corpora/legal");
    int waiting = DATABASE.outbox().waiting(100).size();

    COMPUTATIONS.commit(
        claim,
        new Commit(
            json("{'loss': 0.1}"),
            12.5,
            List.of(new InputArtifact("text", digest("a2"))),
            List.of(output("tokens", digest("a3"), "tokens")),
            List.of(new MetricRow("loss", 0, 0.1))));

    ComputationRow row = COMPUTATIONS.find(claim.key()).orElseThrow();
    assertThat(row.status()).isEqualTo(ComputationRow.Status.SUCCEEDED);
    assertThat(row.output()).contains(json("{'loss': 0.1}"));
    assertThat(row.originStage()).contains(stage);
    assertThat(row.leaseUntil()).isEmpty();
    StageRow stageRow = DATABASE.stages().ofRun(fixture.run("a")).get(0);
    assertThat(stageRow.status()).isEqualTo(StageRow.Status.COMPUTED);
    assertThat(stageRow.seconds()).contains(12.5);
    assertThat(DATABASE.stages().edges(stage))
        .extracting(StageStore.Edge::role)
        .containsExactly("text", "tokens");
    assertThat(DATABASE.metrics().series(claim.key(), "loss")).hasSize(1);
    assertThat(DATABASE.outbox().waiting(100)).hasSize(waiting + 1);
  }

  @Test
  @DisplayName("whose answer was lost is answered again, by a replay and by a new claim")
  void answerLost() {
    UUID stage = fixture.stage("b", "train");
    Claim claim = fixture.claimed(digest("b1"), stage).claim();
    COMPUTATIONS.commit(claim, commit("{'n': 1}"));

    assertThat(COMPUTATIONS.commit(claim, commit("{'n': 2}"))).isEqualTo(json("{'n': 1}"));
    ClaimOutcome.Done done = done(fixture.claim(digest("b1"), stage));
    assertThat(done.output()).isEqualTo(json("{'n': 1}"));
    assertThat(done.originStage()).isEqualTo(stage);
    assertThat(DATABASE.stages().ofRun(fixture.run("b")).get(0).status())
        .isEqualTo(StageRow.Status.COMPUTED);
    assertThat(COMPUTATIONS.attempts(digest("b1"))).hasSize(1);
  }

  @Test
  @DisplayName("by a stale epoch is refused and changes nothing")
  void stale() {
    UUID stage = fixture.stage("c", "train");
    Claim older = fixture.claimed(digest("c1"), stage).claim();
    Claim newer = fixture.claimed(digest("c1"), stage).claim();

    assertThatThrownBy(
            () ->
                COMPUTATIONS.commit(
                    older, commit(List.of(), List.of(output("x", digest("c2"), "moe")))))
        .isInstanceOf(SupersededException.class)
        .hasMessage(
            "Attempt 1 at computation %s is superseded: the work was taken over, ended or given back."
                .formatted(digest("c1")));
    assertThat(DATABASE.artifacts().find(digest("c2"))).isEmpty();
    assertThat(COMPUTATIONS.commit(newer, commit("{'n': 2}"))).isEqualTo(json("{'n': 2}"));
  }

  @Test
  @DisplayName("by a slow run after another one's is answered with the result that counts")
  void lateCommitOfAnotherRun() throws InterruptedException {
    UUID slow = fixture.stage("d-slow", "train");
    Claim expired =
        Fixture.claimed(COMPUTATIONS.claim(Fixture.request(digest("d1"), slow, 1))).claim();
    Thread.sleep(1100);
    UUID fast = fixture.stage("d-fast", "train");
    COMPUTATIONS.commit(fixture.claimed(digest("d1"), fast).claim(), commit("{'n': 2}"));

    assertThat(COMPUTATIONS.commit(expired, commit("{'n': 1}"))).isEqualTo(json("{'n': 2}"));
    StageRow row = DATABASE.stages().ofRun(fixture.run("d-slow")).get(0);
    assertThat(row.status()).isEqualTo(StageRow.Status.REUSED);
    assertThat(row.originRun()).contains(fixture.run("d-fast"));
  }

  @Test
  @DisplayName("with an input nobody recorded is rolled back whole")
  void unknownInput() {
    Claim claim = fixture.claimed(digest("e1"), fixture.stage("e", "train")).claim();

    assertThatThrownBy(
            () ->
                COMPUTATIONS.commit(
                    claim,
                    commit(
                        List.of(new InputArtifact("dense", digest("e2"))),
                        List.of(output("moe", digest("e3"), "moe")))))
        .hasMessageContaining("stage_artifact");
    assertThat(DATABASE.artifacts().find(digest("e3"))).isEmpty();
    assertThat(COMPUTATIONS.renew(claim, 60)).isTrue();
  }

  @Test
  @DisplayName("is reused by another run: same output, same edges, origin visible, numbers too")
  void reuse() {
    UUID first = fixture.stage("f", "train");
    Claim claim = fixture.claimed(digest("f1"), first).claim();
    COMPUTATIONS.commit(claim, commit(List.of(), List.of(output("moe", digest("f2"), "moe"))));
    UUID second = fixture.stage("f-second", "train");

    ClaimOutcome.Done done = done(fixture.claim(digest("f1"), second));

    assertThat(done.originRun()).isEqualTo(fixture.run("f"));
    StageRow row = DATABASE.stages().ofRun(fixture.run("f-second")).get(0);
    assertThat(row.status()).isEqualTo(StageRow.Status.REUSED);
    assertThat(row.reusedFrom()).contains(first);
    assertThat(row.originRun()).contains(fixture.run("f"));
    assertThat(DATABASE.stages().edges(second))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("stageId")
        .isEqualTo(DATABASE.stages().edges(first));
    fixture.claim(digest("f1"), second); // again: nothing changes
    assertThat(DATABASE.stages().edges(second)).hasSize(1);
  }

  @Test
  @DisplayName("found damaged is thrown away once, and computed again")
  void invalidate() {
    UUID stage = fixture.stage("g", "train");
    Claim claim = fixture.claimed(digest("aa1"), stage).claim();
    COMPUTATIONS.commit(claim, commit("{'n': 1}"));

    assertThat(COMPUTATIONS.invalidate(claim, json("{'message': 'digest differs'}"))).isTrue();
    assertThat(COMPUTATIONS.invalidate(claim, json("{}"))).isFalse();
    ClaimOutcome.Claimed again = fixture.claimed(digest("aa1"), stage);
    assertThat(again.claim().epoch()).isEqualTo(2);
    assertThat(again.failuresWithoutProgress()).isZero();
    COMPUTATIONS.commit(again.claim(), commit("{'n': 2}"));

    assertThat(COMPUTATIONS.invalidate(claim, json("{}"))).as("the old claim").isFalse();
    assertThat(COMPUTATIONS.attempts(digest("aa1")))
        .extracting(AttemptRow::outcome)
        .containsExactly(AttemptRow.Outcome.INVALIDATED, AttemptRow.Outcome.SUCCEEDED);
  }

  @Test
  @DisplayName("whose artifact was given up is computed again instead of reused")
  void deletedOutput() {
    UUID stage = fixture.stage("h", "train");
    Claim claim = fixture.claimed(digest("aa2"), stage).claim();
    COMPUTATIONS.commit(claim, commit(List.of(), List.of(output("moe", digest("aa3"), "moe"))));
    DATABASE.runs().succeed(fixture.run("h"), json("{}"));
    try (Garbage garbage = DATABASE.garbage(new Retention(Optional.empty(), OptionalInt.of(0)))) {
      assertThat(garbage.giveUp(List.of(digest("aa3")))).hasSize(1);
    }

    UUID other = fixture.stage("h-other", "train");
    Claim again = fixture.claimed(digest("aa2"), other).claim();
    COMPUTATIONS.commit(again, commit(List.of(), List.of(output("moe", digest("aa3"), "moe"))));

    assertThat(DATABASE.artifacts().find(digest("aa3")).get(0).deletedAt()).isEmpty();
    assertThat(done(fixture.claim(digest("aa2"), stage)).originStage()).isEqualTo(other);
  }

  @Test
  @DisplayName("stays reusable when its stage has moved on to another key")
  void stageMovedOn() {
    UUID first = fixture.stage("i", "train");
    COMPUTATIONS.commit(
        fixture.claimed(digest("aa5"), first).claim(),
        commit(List.of(), List.of(output("moe", digest("aa6"), "moe"))));
    UUID second = fixture.stage("i-second", "train");
    fixture.claim(digest("aa5"), second);
    COMPUTATIONS.commit(fixture.claimed(digest("aa7"), first).claim(), commit("{'new': 1}"));

    UUID third = fixture.stage("i-third", "train");
    assertThat(done(fixture.claim(digest("aa5"), third)).originStage()).isEqualTo(first);
    assertThat(DATABASE.stages().edges(third))
        .extracting(StageStore.Edge::sha256)
        .containsExactly(digest("aa6"));
  }
}
