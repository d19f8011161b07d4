/**
 * Structured pruning of the Llama FFN: which intermediate channels an expert keeps, and what stands
 * in for the others.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.prune.ImportanceScore}: statistics and weights become one score per
 *       channel;
 *   <li>{@link dev.shoal.models.prune.ExpertWidth}: how many channels survive;
 *   <li>{@link dev.shoal.models.prune.ChannelSelection}: which ones;
 *   <li>{@link dev.shoal.models.prune.ChannelCut}: what the matrices keep of them;
 *   <li>{@link dev.shoal.models.prune.Compensation}: what makes up for the rest, with {@link
 *       dev.shoal.models.prune.MeanBias} for the simplest case;
 *   <li>{@link dev.shoal.models.prune.ChannelOverlap}: how alike two experts are.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>One channel is one row of {@code gate_proj}, the same row of {@code up_proj} and the same
 *       column of {@code down_proj}. The three are kept or removed together.
 *   <li>Kept channels are in ascending order, exactly as many as the width says.
 *   <li>{@code down_proj} is [H, F], row-major, as in the checkpoint; all sums are fp64.
 * </ul>
 */
package dev.shoal.models.prune;
