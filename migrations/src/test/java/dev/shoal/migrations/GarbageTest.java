package dev.shoal.migrations;

import static dev.shoal.migrations.Fixture.commit;
import static dev.shoal.migrations.Fixture.digest;
import static dev.shoal.migrations.Fixture.json;
import static dev.shoal.migrations.Fixture.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Garbage")
class GarbageTest {

  private static final Retention NONE = new Retention(Optional.empty(), OptionalInt.of(0));
  private static final Duration GRACE = Duration.ofHours(1);

  private static final DatabaseSettings SETTINGS = TestServer.emptyDatabase();

  private static Database database;

  private Fixture fixture;

  @BeforeAll
  static void open() {
    database = Database.open(SETTINGS);
    database.migrate();
  }

  @BeforeEach
  void empty() {
    TestServer.execute(
        SETTINGS, "truncate shoal.run, shoal.artifact, shoal.computation, shoal.pin cascade");
    fixture = new Fixture(database);
  }

  @AfterAll
  static void close() {
    database.close();
  }

  /** A stage that computes one artifact from others; its computation has the artifact's digits. */
  private Claim make(String workflow, String made, String... from) {
    Claim claim = fixture.claimed(digest("ee" + made), fixture.stage(workflow, made)).claim();
    List<Commit.InputArtifact> inputs = new ArrayList<>();
    for (String input : from) {
      inputs.add(new Commit.InputArtifact("from", digest(input)));
    }
    database
        .computations()
        .commit(claim, commit(inputs, List.of(output("made", digest(made), "tokens"))));
    return claim;
  }

  private void end(String workflow) {
    database.runs().succeed(fixture.run(workflow), json("{}"));
  }

  private void endedDaysAgo(String workflow, int days) {
    end(workflow);
    TestServer.execute(
        SETTINGS,
        """
        update shoal.run
        set started_at = now() - interval '%1$d days', ended_at = now() - interval '%1$d days'
        where workflow_id = '%2$s'
        """
            .formatted(days, workflow));
  }

  private List<String> collectable(Retention retention) {
    try (Garbage garbage = database.garbage(retention)) {
      return garbage.after("", 100).stream().map(c -> c.sha256().replaceAll("0+$", "")).toList();
    }
  }

  @Test
  @DisplayName("is nothing that a run made, as long as no run is given up")
  void everyRunIsKept() {
    make("old", "a1");
    endedDaysAgo("old", 400);
    assertThat(collectable(Retention.everyRun())).isEmpty();
    assertThat(collectable(NONE)).containsExactly("a1");
  }

  @Test
  @DisplayName("is what a thrown-away result made, unless something kept was made from it")
  void invalidated() {
    Claim alone = make("run", "a1");
    Claim used = make("run", "a2");
    make("run", "a3", "a2");
    end("run");
    database.computations().invalidate(alone, json("{'message': 'damaged'}"));
    database.computations().invalidate(used, json("{'message': 'damaged'}"));
    assertThat(collectable(Retention.everyRun())).containsExactly("a1");
  }

  @Test
  @DisplayName("is what a stage made before it moved on to other work")
  void movedOn() {
    make("run", "a1");
    UUID stage = fixture.stage("run", "a1");
    Claim other = fixture.claimed(digest("ffff"), stage).claim();
    database
        .computations()
        .commit(other, commit(List.of(), List.of(output("made", digest("a2"), "tokens"))));
    assertThat(collectable(Retention.everyRun())).containsExactly("a1");
  }

  @Test
  @DisplayName("leaves what a tag names with all that it was made from, until the tag moves")
  void tags() {
    make("old", "a1");
    make("old", "a2", "a1");
    make("old", "a3", "a2");
    make("other", "b1");
    make("paused", "c1");
    List.of("old", "other").forEach(this::end);
    database.runs().pause(fixture.run("paused"));
    database.tags().tag("legal-v1", digest("a2"));
    assertThat(collectable(NONE)).containsExactly("a3", "b1");
    try (Garbage marked = database.garbage(NONE)) {
      database.tags().tag("legal-v1", digest("b1"));
      assertThat(marked.giveUp(List.of(digest("a3"), digest("b1")))).containsExactly(digest("a3"));
    }
    assertThat(collectable(NONE)).containsExactly("a1", "a2");
    assertThat(database.tags().find("legal-v1").orElseThrow().sha256()).isEqualTo(digest("b1"));
    assertThat(database.tags().untag("legal-v1")).isTrue();
    assertThat(database.tags().list()).isEmpty();
    assertThat(collectable(NONE)).containsExactly("a1", "a2", "b1");
  }

  @Test
  @DisplayName("leaves what running runs, pinned runs and pinned artifacts were made from")
  void lineage() {
    make("old", "a1");
    make("old", "a2", "a1");
    make("old", "a3", "a2");
    make("old", "a4");
    make("pinned", "b1", "a4");
    make("gone", "c1");
    List.of("old", "pinned", "gone").forEach(this::end);
    make("running", "d1");
    make("parked", "d2");
    database.runs().park(fixture.run("parked"), json("{}"));

    database.pins().pinArtifact(digest("a2"), "the thesis");
    database.pins().pinRun(fixture.run("pinned"), "the thesis");
    assertThat(collectable(NONE)).containsExactly("a3", "c1");
  }

  @Test
  @DisplayName("leaves what a running run shares with one that is given up")
  void shared() {
    make("old", "a1");
    make("old", "a2", "a1");
    make("old", "a3", "a2");
    end("old");
    fixture.claim(digest("eea1"), fixture.stage("running", "a1"));
    assertThat(collectable(NONE)).containsExactly("a2", "a3");
  }

  @Test
  @DisplayName("leaves a run alone for which somebody holds a lease, though it ended")
  void leased() {
    make("run", "a1");
    fixture.claimed(digest("ffff"), fixture.stage("run", "train"));
    end("run");
    assertThat(collectable(NONE)).isEmpty();
  }

  @Test
  @DisplayName("of runs begins where neither their age nor their number keeps them")
  void limits() {
    for (int days : new int[] {1, 11, 41, 91}) {
      make("d" + days, "b" + days);
      endedDaysAgo("d" + days, days);
    }
    assertThat(collectable(new Retention(Optional.of(Duration.ofDays(30)), OptionalInt.empty())))
        .containsExactly("b41", "b91");
    assertThat(collectable(new Retention(Optional.empty(), OptionalInt.of(3))))
        .containsExactly("b91");
    assertThat(collectable(new Retention(Optional.of(Duration.ofDays(5)), OptionalInt.of(2))))
        .containsExactly("b41", "b91");
  }

  @Test
  @DisplayName("counts a comparison once and keeps its runs with it")
  void comparisons() {
    make("shoal/cmp/1/x", "a1");
    make("shoal/cmp/1/y", "a2");
    make("shoal/older/1", "a3");
    fixture.run("shoal/cmp/1");
    endedDaysAgo("shoal/older/1", 3);
    List.of("shoal/cmp/1/x", "shoal/cmp/1/y").forEach(this::end);
    assertThat(collectable(NONE)).as("the comparison is open").containsExactly("a3");
    end("shoal/cmp/1");
    assertThat(collectable(new Retention(Optional.empty(), OptionalInt.of(1))))
        .containsExactly("a3");
    assertThat(collectable(new Retention(Optional.empty(), OptionalInt.of(2)))).isEmpty();
    assertThat(collectable(NONE)).containsExactly("a1", "a2", "a3");
    database.pins().pinRun(fixture.run("shoal/cmp/1"), "the table");
    assertThat(collectable(NONE)).containsExactly("a3");
  }

  @Test
  @DisplayName("is never what users brought, nor an artifact whose folder an open run has as model")
  void inputs() {
    database.artifacts().record(Fixture.artifact(digest("d0"), "model"), "/models/dense");
    make("old", "a1", "d0");
    end("old");
    UUID run = fixture.run("next");
    database.runs().resolve(run, json("{'model': '/store/objects/a1/%s'}".formatted(digest("a1"))));
    assertThat(collectable(NONE)).isEmpty();
    end("next");
    assertThat(collectable(NONE)).containsExactly("a1");
  }

  @Test
  @DisplayName("that is given up is gone for the next claim, which computes it again")
  void giveUp() {
    make("old", "a1");
    end("old");
    try (Garbage garbage = database.garbage(NONE)) {
      assertThat(garbage.giveUp(List.of(digest("a1")))).containsExactly(digest("a1"));
      assertThat(garbage.giveUp(List.of(digest("a1")))).isEmpty();
      assertThat(garbage.present(List.of(digest("a1")))).isEmpty();
    }
    assertThat(database.artifacts().locations(digest("a1"))).isEmpty();
    assertThat(fixture.claim(digest("eea1"), fixture.stage("next", "a1")))
        .isInstanceOf(ClaimOutcome.Claimed.class);
  }

  @Test
  @DisplayName("that a claim, a pin below it or a run reopened has reached since is not given up")
  void reachedSince() {
    make("old", "a1");
    make("old", "a2");
    make("old", "a3", "a2");
    make("back", "b1");
    make("old", "a4");
    List.of("old", "back").forEach(this::end);
    try (Garbage garbage = database.garbage(NONE)) {
      assertThat(garbage.tallies()).containsExactly(new Garbage.Tally("tokens", 5, 60));
      fixture.claim(digest("eea1"), fixture.stage("next", "a1"));
      database.pins().pinArtifact(digest("a3"), "the thesis");
      database.runs().reopen(fixture.run("back"));

      Set<String> gone =
          garbage.giveUp(
              List.of(digest("a1"), digest("a2"), digest("a3"), digest("a4"), digest("b1")));

      assertThat(gone).containsExactly(digest("a4"));
    }
  }

  @Test
  @DisplayName("among checkpoints is what no list names; a finished result keeps its last")
  void checkpoints() {
    Claim unfinished = fixture.claimed(digest("b1"), fixture.stage("run", "train")).claim();
    Claim finished = fixture.claimed(digest("b2"), fixture.stage("run", "router")).claim();
    for (Claim claim : List.of(unfinished, finished)) {
      database.computations().checkpoint(claim, Fixture.checkpoint(10, claim), 2);
      database.computations().checkpoint(claim, Fixture.checkpoint(20, claim), 2);
    }
    database.computations().commit(finished, commit("{}"));
    List<String> keys = List.of(digest("b1"), digest("b2"), digest("b3"));
    try (Garbage garbage = database.garbage(NONE)) {
      assertThat(garbage.folders(keys, GRACE))
          .extracting(kept -> kept.epochAtWork().isPresent(), kept -> kept.checkpoints().size())
          .containsExactlyInAnyOrder(Tuple.tuple(true, 2), Tuple.tuple(false, 1));
      assertThat(garbage.forgetCheckpoint(digest("b1"), "10", GRACE)).isFalse();
      assertThat(garbage.forgetCheckpoint(digest("b2"), "10", GRACE)).isTrue();
    }
    assertThat(database.computations().find(digest("b2")).orElseThrow().checkpoints()).hasSize(1);
    database.computations().release(unfinished);
    end("run");
    try (Garbage garbage = database.garbage(NONE)) {
      assertThat(garbage.folders(keys, GRACE)).isEmpty();
    }
    try (Garbage garbage = database.garbage(Retention.everyRun())) {
      assertThat(garbage.folders(keys, GRACE)).hasSize(2);
    }
  }

  @Test
  @DisplayName("is collected by one at a time")
  void alone() {
    try (Garbage garbage = database.garbage(NONE)) {
      assertThatThrownBy(() -> database.garbage(NONE))
          .hasMessage("Another `shoal store gc` is at work on this database; wait for it to end.");
      assertThat(garbage.tallies()).isEmpty();
    }
    assertThat(collectable(NONE)).isEmpty();
  }

  @Test
  @DisplayName("leaves a list of what is there, by whom it was made, and what it takes")
  void stored() {
    make("run", "a1");
    make("run", "a2", "a1");
    make("run", "a3", "a2");
    fixture.claim(digest("eea2"), fixture.stage("other", "a2")); // so it has read a1 as well
    database.artifacts().record(Fixture.artifact(digest("d0"), "model"), "/models/dense");
    Claim claim = fixture.claimed(digest("b1"), fixture.stage("run", "train")).claim();
    database.computations().checkpoint(claim, Fixture.checkpoint(10, claim), 2);
    database.pins().pinRun(fixture.run("other"), "the thesis");

    assertThat(database.stored().newest(10))
        .extracting(
            StoredArtifacts.Stored::sha256,
            stored -> stored.run().orElseThrow(),
            StoredArtifacts.Stored::pinned)
        .containsExactlyInAnyOrder(
            Tuple.tuple(digest("a1"), "name-run", true),
            Tuple.tuple(digest("a2"), "name-run", true),
            Tuple.tuple(digest("a3"), "name-run", false));
    assertThat(database.stored().byKind())
        .containsExactly(
            new Garbage.Tally("checkpoint", 1, 100), new Garbage.Tally("tokens", 3, 36));
    assertThat(database.stored().byRun(10))
        .containsExactly(
            new StoredArtifacts.OfRun(
                Optional.of(fixture.run("run")), Optional.of("name-run"), 3, 36));
  }

  @Test
  @DisplayName("that was given up is named when something made from it is pinned afterwards")
  void pinnedTooLate() {
    make("old", "a1");
    make("old", "a2", "a1");
    end("old");
    try (Garbage garbage = database.garbage(NONE)) {
      garbage.giveUp(List.of(digest("a1")));
    }
    database.pins().pinArtifact(digest("a2"), "the thesis");
    database.pins().pinArtifact(digest("a2"), "the paper");
    assertThat(database.pins().givenUp(digest("a2"))).containsExactly(digest("a1"));
    assertThat(collectable(NONE)).isEmpty();
    assertThat(database.pins().unpinArtifact(digest("a2")))
        .extracting(PinStore.PinRow::reason)
        .containsExactlyInAnyOrder("the thesis", "the paper");
    assertThat(collectable(NONE)).containsExactly("a2");
  }
}
