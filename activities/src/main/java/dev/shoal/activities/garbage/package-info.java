/**
 * Gives disk space back without ever taking what somebody needs.
 *
 * <ol>
 *   <li>{@link dev.shoal.activities.garbage.GarbageCollection}: the order of things; {@link
 *       dev.shoal.migrations.Garbage} decides, under locks, what no kept run, pin or lease reaches;
 *   <li>{@code ArtifactSweep}, {@code UnnamedSweep}, {@code WorkSweep}, {@code CheckpointSweep},
 *       {@code DigestSweep}: one kind of folder each;
 *   <li>{@code Trash}: how a folder leaves the store, at once and for good.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>The database gives an artifact up before its folder moves. Killed in between, the folder is
 *       one that no row names, and the next collection takes it.
 *   <li>What was stored less than {@link dev.shoal.activities.garbage.GarbageCollection#GRACE} ago
 *       stays: its worker may be about to commit. Storing content that is there already begins its
 *       grace anew, and a folder is looked at once more after it was taken away.
 *   <li>Folders are listed as streams and rows read in pages: memory does not grow with the store.
 * </ul>
 */
package dev.shoal.activities.garbage;
