package dev.shoal.activities.garbage;

import dev.shoal.migrations.Database;
import dev.shoal.migrations.Garbage;
import dev.shoal.migrations.Retention;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Deletes what nobody needs: first looked at, then done. May be killed at any time; the next one
 * ends what was begun. Runs may go on meanwhile.
 */
public final class GarbageCollection {

  /**
   * What was stored less than this ago stays. A worker commits within a minute of storing; the rest
   * is for clocks of workers and file servers that differ, or jump by an hour.
   */
  public static final Duration GRACE = Duration.ofHours(2);

  private final Database database;
  private final Path root;
  private final Duration grace;
  private final Consumer<String> witness;

  /** Over a database and its store. */
  public GarbageCollection(Database database, Path root) {
    this(database, root, GRACE, step -> {});
  }

  /** With a witness that is told after each step, and may throw. */
  GarbageCollection(Database database, Path root, Duration grace, Consumer<String> witness) {
    this.database = database;
    this.root = root;
    this.grace = grace;
    this.witness = witness;
  }

  /** What would be deleted, by kind. */
  public List<Garbage.Tally> look(Retention retention) throws IOException {
    return run(retention, false);
  }

  /** Deletes it, and says what it was. */
  public List<Garbage.Tally> collect(Retention retention) throws IOException {
    return run(retention, true);
  }

  private List<Garbage.Tally> run(Retention retention, boolean delete) throws IOException {
    Tallies tallies = new Tallies();
    Trash trash = new Trash(root, grace, witness);
    try (Garbage garbage = database.garbage(retention)) {
      Sweep sweep = new Sweep(root, garbage, trash, tallies, delete, grace, witness);
      UnnamedSweep unnamed = new UnnamedSweep(sweep);
      if (!unnamed.isOwnStore()) {
        throw new ForeignStoreException(
            "The database has never named any of the artifacts in %s; correct SHOAL_ARTIFACTS or SHOAL_DATABASE_URL, so that they belong together. Nothing was deleted."
                .formatted(root));
      }
      trash.sweep(tallies, delete);
      new ArtifactSweep(sweep).run();
      unnamed.run();
      new WorkSweep(sweep).run();
      new CheckpointSweep(sweep).run();
      new DigestSweep(sweep).run();
    }
    return tallies.list();
  }
}
