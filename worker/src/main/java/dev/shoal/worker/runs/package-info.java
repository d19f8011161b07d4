/**
 * Runs as their owner sees them from outside.
 *
 * <ol>
 *   <li>{@link dev.shoal.worker.runs.RequestFile}: from a file to what is sent;
 *   <li>{@link dev.shoal.worker.runs.Fork}: from a run that trained to what goes on from it;
 *   <li>{@link dev.shoal.worker.runs.RunStarter}: starts a run, or joins the one that is open;
 *   <li>{@link dev.shoal.worker.runs.RunWatch}: stays with it to its {@link
 *       dev.shoal.worker.runs.RunEnd} and shows it on a {@link dev.shoal.worker.runs.Screen};
 *   <li>{@link dev.shoal.worker.runs.RunFinder} and {@link dev.shoal.worker.runs.RunList}: finds
 *       runs again;
 *   <li>{@link dev.shoal.worker.runs.ScoreTable}, {@link dev.shoal.worker.runs.Comparison} and
 *       {@link dev.shoal.worker.runs.ExportCopy}: what came of them;
 *   <li>{@link dev.shoal.worker.runs.RunPage} and {@link dev.shoal.worker.runs.ComparisonPage}: the
 *       same as a page.
 * </ol>
 *
 * <p>A run does not depend on anybody watching it.
 */
package dev.shoal.worker.runs;
