package dev.shoal.activities.stage;

import dev.shoal.activities.store.ArtifactStore;
import dev.shoal.activities.store.Folders;
import dev.shoal.migrations.Checkpoint;
import dev.shoal.migrations.Claim;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.DatabaseUnavailableException;
import dev.shoal.migrations.MetricRow;
import dev.shoal.models.Progress;
import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.workflows.stages.TrainingProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a stage's work may use: a folder for its output, progress, checkpoints, metrics. */
public final class StageContext implements Progress {

  private static final Logger LOG = LoggerFactory.getLogger(StageContext.class);
  private static final int KEEP = 2;

  /** Between questions to a database that was away. */
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private final Database database;
  private final ArtifactStore store;
  private final Claim claim;
  private final List<Checkpoint> checkpoints;
  private final Pulse pulse;
  private final TrainingNews news;
  private final Path folder;
  private final List<MetricRow> pending = new ArrayList<>();
  private long askAgain = System.nanoTime();

  StageContext(
      Database database,
      ArtifactStore store,
      Claim claim,
      List<Checkpoint> checkpoints,
      Pulse pulse,
      TrainingNews news) {
    this.database = database;
    this.store = store;
    this.claim = claim;
    this.checkpoints = new ArrayList<>(checkpoints);
    this.pulse = pulse;
    this.news = news;
    this.folder = store.workFolder(claim.key() + "-" + claim.epoch());
  }

  /** Where the output is written; private to this attempt. */
  public Path folder() {
    return folder;
  }

  @Override
  public void report(String phase, long done, long total) {
    report(new StageProgress(phase, done, total, null, null, null, null));
  }

  /** Tells where the work is; throws when it must stop. */
  public void report(StageProgress progress) {
    pulse.progress(progress);
  }

  /** Tells the run's workflow how far training is; see {@link TrainingNews}. */
  public void tell(TrainingProgress progress) {
    news.tell(progress);
  }

  /** Keeps a number; written at the end or by {@link #flushMetrics}. */
  public void metric(String name, long step, double value) {
    pending.add(new MetricRow(name, step, value));
  }

  List<MetricRow> pendingMetrics() {
    return List.copyOf(pending);
  }

  /**
   * Writes the numbers so far; while the database is away they wait.
   *
   * @return whether none waits
   */
  public boolean flushMetrics() {
    if (pending.isEmpty()) {
      return true;
    }
    try {
      database.metrics().record(claim, pending);
      pending.clear();
      return true;
    } catch (DatabaseUnavailableException e) {
      LOG.warn("{} metrics wait for the database: {}", pending.size(), e.getMessage());
      askAgain = System.nanoTime() + PAUSE.toNanos();
      return false;
    }
  }

  /** As above, without asking a database that was away a moment ago: that takes ten seconds. */
  public boolean offerMetrics() {
    return System.nanoTime() - askAgain >= 0 && flushMetrics();
  }

  /**
   * The newest checkpoint whose digest holds; damaged ones before it are reported and forgotten, as
   * are numbers kept for steps after it, which will be done again.
   *
   * @return its folder and step, or null to begin anew
   */
  public Restored newestCheckpoint() {
    Restored newest = newestWhole();
    long step = newest == null ? 0 : newest.step();
    pending.removeIf(metric -> metric.step() > step);
    return newest;
  }

  private synchronized Restored newestWhole() {
    for (Checkpoint checkpoint : checkpoints) {
      Path path = Path.of(checkpoint.path());
      if (Files.isDirectory(path) && FolderManifest.of(path).sha256().equals(checkpoint.sha256())) {
        if (!checkpoint.equals(checkpoints.get(0))) {
          database.computations().rewind(claim, OptionalLong.of(checkpoint.step()));
        }
        return new Restored(path, checkpoint.step());
      }
      LOG.warn("the checkpoint of step {} in {} is damaged or gone", checkpoint.step(), path);
    }
    if (!checkpoints.isEmpty()) {
      database.computations().rewind(claim, OptionalLong.empty());
    }
    return null;
  }

  /**
   * A checkpoint to go on from.
   *
   * @param folder its files
   * @param step optimizer steps done
   */
  public record Restored(Path folder, long step) {}

  /**
   * Saves a checkpoint: written beside, made durable, renamed, recorded under this attempt. Any
   * thread may do this, one at a time; the numbers up to the step are to be written before.
   *
   * @param writer fills the folder
   * @return whether it is recorded; not while the database is away
   */
  public boolean checkpoint(long step, Consumer<Path> writer) throws IOException {
    Path place = store.checkpointFolder(claim.key()).resolve(claim.epoch() + "-" + step);
    FolderManifest manifest = CheckpointFolders.write(place, writer);
    return record(
        new Checkpoint(step, place.toString(), manifest.sha256(), bytes(manifest), claim.epoch()));
  }

  private boolean record(Checkpoint checkpoint) throws IOException {
    try {
      List<Checkpoint> old = database.computations().checkpoint(claim, checkpoint, KEEP);
      known(checkpoint, old);
      for (Checkpoint dropped : old) {
        Folders.delete(Path.of(dropped.path()));
      }
      return true;
    } catch (DatabaseUnavailableException e) {
      LOG.warn(
          "the checkpoint of step {} is not recorded, training goes on: {}",
          checkpoint.step(),
          e.getMessage());
      return false;
    }
  }

  private synchronized void known(Checkpoint added, List<Checkpoint> dropped) {
    checkpoints.removeAll(dropped);
    checkpoints.add(0, added);
  }

  private static long bytes(FolderManifest manifest) {
    return manifest.files().stream().mapToLong(FolderManifest.Entry::size).sum();
  }
}
