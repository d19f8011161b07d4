package dev.shoal.activities.garbage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.shoal.activities.store.ArtifactDamagedException;
import dev.shoal.migrations.Checkpoint;
import dev.shoal.migrations.Claim;
import dev.shoal.migrations.ClaimOutcome;
import dev.shoal.migrations.Garbage.Tally;
import dev.shoal.migrations.Retention;
import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.workflows.ArtifactRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Garbage collection")
class GarbageCollectionTest {

  private static final Duration GRACE = Duration.ofHours(1);
  private static final Retention NONE = new Retention(Optional.empty(), OptionalInt.of(0));

  @TempDir private Path root;
  private GarbageHome home;

  @BeforeEach
  void open() {
    home = new GarbageHome(root);
  }

  @AfterEach
  void close() {
    home.close();
  }

  private GarbageCollection collection() {
    return home.collection(GRACE, step -> {});
  }

  private ArtifactRef ended(String text) {
    UUID run = home.run("run of " + text);
    ArtifactRef artifact = home.stage(run, text);
    home.end(run);
    return artifact;
  }

  @Test
  @DisplayName("shows what it would delete, deletes exactly that, and then has nothing to do")
  void looksThenDeletes() throws IOException {
    ArtifactRef old = ended("old");
    ArtifactRef running = home.stage(home.run("live"), "running");
    Files.createDirectories(home.store.locate("ab".repeat(32)));
    Files.createDirectories(home.store.workFolder("cd".repeat(32) + "-1"));
    home.age(Duration.ofHours(3));

    List<Tally> seen = collection().look(NONE);
    assertThat(seen)
        .containsExactly(
            new Tally("folder without a row", 1, 0),
            new Tally("tokens", 1, 3),
            new Tally("work folder", 1, 0));
    assertThat(home.store.open(old)).isDirectory();
    assertThat(collection().collect(NONE)).isEqualTo(seen);
    assertThat(collection().look(NONE)).isEmpty();
    assertThatThrownBy(() -> home.store.open(old)).isInstanceOf(ArtifactDamagedException.class);
    assertThat(home.store.open(running)).isDirectory();
    assertThat(root.resolve("trash")).isEmptyDirectory();
    assertThat(root.resolve("work")).isEmptyDirectory();
  }

  @Test
  @DisplayName("leaves alone what was stored a moment ago and is not committed yet")
  void grace() throws IOException {
    ArtifactRef stored = home.put("anything", "not yet committed");
    ended("so that the store is known");
    assertThat(collection().collect(NONE)).isEmpty();
    assertThat(home.store.open(stored)).isDirectory();
  }

  @Test
  @DisplayName("begins the grace anew where content is stored that was there already")
  void storedAgain() throws IOException {
    ArtifactRef old = ended("old");
    home.age(Duration.ofHours(3));
    assertThat(home.put("again", "old")).isEqualTo(old);
    assertThat(collection().collect(NONE)).isEmpty();
    assertThat(home.store.open(old)).isDirectory();
  }

  @Test
  @DisplayName("brings a folder back that was stored again between its row and its renaming")
  void storedAgainMeanwhile() throws IOException {
    ArtifactRef old = ended("old");
    home.age(Duration.ofHours(3));
    Claim[] claim = new Claim[1];
    Consumer<String> worker =
        step -> {
          if (step.equals("given up")) {
            claim[0] = claimed("next", "old");
            home.put("again", "old");
          }
        };
    assertThat(home.collection(GRACE, worker).collect(NONE)).isEmpty();
    home.commit(claim[0], old);
    assertThat(home.store.open(old)).isDirectory();
    assertThat(collection().collect(NONE)).isEmpty();
  }

  private Claim claimed(String workflow, String text) {
    return ((ClaimOutcome.Claimed)
            home.database.computations().claim(home.request(home.run(workflow), text)))
        .claim();
  }

  @ParameterizedTest
  @ValueSource(strings = {"given up", "renamed", "settled", "deleted"})
  @DisplayName("that is killed leaves nothing that counts as truth, and the next ends its work")
  void killed(String last) throws IOException {
    ArtifactRef old = ended("old");
    home.age(Duration.ofHours(3));
    Consumer<String> death =
        step -> {
          if (step.equals(last)) {
            throw new IllegalStateException("killed");
          }
        };
    assertThatThrownBy(() -> home.collection(GRACE, death).collect(NONE)).hasMessage("killed");

    assertThat(home.database.artifacts().find(old.sha256()).get(0).deletedAt()).isPresent();
    collection().collect(NONE);
    assertThat(home.store.locate(old.sha256())).doesNotExist();
    assertThat(root.resolve("trash"))
        .satisfiesAnyOf(
            trash -> assertThat(trash).doesNotExist(),
            trash -> assertThat(trash).isEmptyDirectory());
    assertThat(home.stage(home.run("next"), "old")).isEqualTo(old);
    assertThat(home.store.open(old)).isDirectory();
  }

  @Test
  @DisplayName(
      "takes the work and the checkpoints of dead attempts, not those that are gone on from")
  void attempts() throws IOException {
    Claim dead = claimed("train", "train");
    Path partial = Files.createDirectories(checkpoints(dead).resolve(".1-30.partial"));
    Path unrecorded = Files.createDirectories(checkpoints(dead).resolve("1-40"));
    Path kept = checkpoint(dead, 10);
    Claim live = claimed("train", "train");
    Path writing = Files.createDirectories(checkpoints(live).resolve(".2-20.partial"));
    Path deadWork = home.store.workFolder(dead.key() + "-1");
    Path liveWork = home.store.workFolder(live.key() + "-2");
    home.age(Duration.ofHours(3));

    collection().collect(Retention.everyRun());

    assertThat(partial).doesNotExist();
    assertThat(unrecorded).doesNotExist();
    assertThat(deadWork).doesNotExist();
    assertThat(List.of(kept, writing, liveWork)).allSatisfy(f -> assertThat(f).isDirectory());
  }

  @Test
  @DisplayName("keeps the last checkpoint of a finished stage and every pinned one")
  void finishedCheckpoints() throws IOException {
    Claim claim = claimed("train", "train");
    Path pinned = checkpoint(claim, 10);
    Path middle = checkpoint(claim, 20);
    Path last = checkpoint(claim, 30);
    home.commit(claim, home.put("done", "trained"));
    home.database.pins().pinArtifact(FolderManifest.of(pinned).sha256(), "to fork from");
    home.age(Duration.ofHours(3));

    assertThat(collection().collect(Retention.everyRun()))
        .extracting(Tally::kind)
        .containsExactly("checkpoint");

    assertThat(middle).doesNotExist();
    assertThat(List.of(pinned, last)).allSatisfy(f -> assertThat(f).isDirectory());
    assertThat(home.database.computations().find(claim.key()).orElseThrow().checkpoints())
        .extracting(Checkpoint::step)
        .doesNotContain(20L);
  }

  private Path checkpoints(Claim claim) {
    return home.store.checkpointFolder(claim.key());
  }

  private Path checkpoint(Claim claim, long step) throws IOException {
    Path folder = Files.createDirectories(checkpoints(claim).resolve(claim.epoch() + "-" + step));
    Files.writeString(folder.resolve("step"), "" + step);
    home.database
        .computations()
        .checkpoint(
            claim,
            new Checkpoint(
                step, folder.toString(), FolderManifest.of(folder).sha256(), 2, claim.epoch()),
            3);
    return folder;
  }

  @Test
  @DisplayName("forgets digests that nobody asked for in thirty days")
  void digests() throws IOException {
    ended("known");
    home.age(Duration.ofDays(31));
    Path input = Files.writeString(root.resolve("input.txt"), "asked for today");
    home.digests().sha256(input);
    assertThat(collection().collect(Retention.everyRun()))
        .extracting(Tally::kind, Tally::count)
        .containsExactly(tuple("remembered digest", 1L));
    try (Stream<Path> left = Files.list(root.resolve("digests"))) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  @DisplayName("refuses a store that the database has never heard of")
  void foreign() throws IOException {
    home.put("anything", "of another database");
    home.age(Duration.ofHours(3));
    assertThatThrownBy(() -> collection().collect(Retention.everyRun()))
        .hasMessage(
            "The database has never named any of the artifacts in %s; correct SHOAL_ARTIFACTS or SHOAL_DATABASE_URL, so that they belong together. Nothing was deleted.",
            root);
  }
}
