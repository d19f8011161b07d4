/**
 * The database: its schema, and typed stores that write and read it.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.migrations.Database}: opening, migrating, handing out the stores;
 *   <li>{@link dev.shoal.migrations.ComputationStore}: claim, work, commit; here work that is
 *       started at least once is made to count exactly once;
 *   <li>{@link dev.shoal.migrations.RunStore} and {@link dev.shoal.migrations.StageStore}: runs and
 *       their steps, each pointing to the computation that answers it;
 *   <li>{@link dev.shoal.migrations.ArtifactCatalog} and {@link dev.shoal.migrations.LineageStore}:
 *       what was made, and from what;
 *   <li>{@link dev.shoal.migrations.MetricStore}: numbers observed on the way;
 *   <li>{@link dev.shoal.migrations.EnvironmentStore}, {@link dev.shoal.migrations.PinStore},
 *       {@link dev.shoal.migrations.TagStore}, {@link dev.shoal.migrations.Garbage} and {@link
 *       dev.shoal.migrations.Outbox}: machines, what to keep, what people call it, what may go,
 *       what to tell others;
 *   <li>{@link dev.shoal.migrations.CheckpointStore}: where a fork may begin.
 * </ol>
 *
 * <p>The schema is in {@code db/migration}: one topic a script, every table and column commented.
 * The views in {@code R__views.sql} are the interface for SQL users.
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>Every write may be repeated; the second time changes nothing.
 *   <li>Only the holder of the newest epoch writes a computation's result, checkpoints and numbers.
 *   <li>Leases are measured by the clock of the database; no worker's clock counts.
 *   <li>A transaction locks its computation first and artifacts in the order of their digests, so
 *       that no two wait for each other.
 *   <li>A published migration is never edited; the next one corrects it.
 * </ul>
 */
package dev.shoal.migrations;
