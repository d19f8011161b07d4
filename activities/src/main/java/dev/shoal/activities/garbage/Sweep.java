package dev.shoal.activities.garbage;

import dev.shoal.migrations.Garbage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What all kinds of sweeping share.
 *
 * @param root of the store
 * @param garbage what may go
 * @param trash where it goes
 * @param tallies what went, or would go
 * @param delete false to look only
 * @param grace age below which things are left alone
 * @param witness is told after each step
 */
record Sweep(
    Path root,
    Garbage garbage,
    Trash trash,
    Tallies tallies,
    boolean delete,
    Duration grace,
    Consumer<String> witness) {

  Path object(String sha256) {
    return root.resolve("objects").resolve(sha256.substring(0, 2)).resolve(sha256);
  }
}
