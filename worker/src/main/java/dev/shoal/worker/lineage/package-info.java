/**
 * What was made from what, and why it was made at all, as people and programs read it.
 *
 * <ol>
 *   <li>{@link dev.shoal.worker.lineage.LineageTree}: what an artifact was made from, and {@link
 *       dev.shoal.worker.lineage.DescendantTree}: what was made from it;
 *   <li>{@link dev.shoal.worker.lineage.LineageGraph}: both for programs, as JSON and DOT, and
 *       {@link dev.shoal.worker.lineage.OpenLineageEvents};
 *   <li>{@link dev.shoal.worker.lineage.Explanation}: why a stage ran or was reused, by the {@link
 *       dev.shoal.worker.lineage.KeyDifference} from the nearest result that was there, and {@link
 *       dev.shoal.worker.lineage.Reuse}: what a request would reuse of a run.
 * </ol>
 */
package dev.shoal.worker.lineage;
