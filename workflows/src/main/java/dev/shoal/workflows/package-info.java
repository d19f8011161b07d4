/**
 * The plot and the records that travel through Temporal.
 *
 * <ol>
 *   <li>{@link dev.shoal.workflows.Reconstruct}: what users start, query and steer;
 *   <li>{@code Plot}: the story, stage by stage;
 *   <li>{@link dev.shoal.workflows.Retrain}: a training stage in segments;
 *   <li>{@link dev.shoal.workflows.Compare}: several reconstructions and one table;
 *   <li>{@link dev.shoal.workflows.stages}: what each stage takes and gives;
 *   <li>{@link dev.shoal.workflows.request}: what a user asks for.
 * </ol>
 *
 * <p>Nothing here computes a number, reads a file or a clock: a replay must take the same path as
 * the first run. A change of the order of commands needs {@code Workflow.getVersion} and a stored
 * history that still replays.
 */
package dev.shoal.workflows;
