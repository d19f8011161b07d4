/**
 * The ways to make experts that one would compare with: each is one {@link
 * dev.shoal.models.baselines.ExpertConstruction} and reads one sample of all data sets.
 *
 * <h2>By pruning</h2>
 *
 * <ul>
 *   <li>{@link dev.shoal.models.baselines.OnePruned}: one pruned FFN, alone or copied (sparse
 *       upcycling);
 *   <li>{@link dev.shoal.models.baselines.DropUpcycle}: the copy with channels drawn anew;
 *   <li>{@link dev.shoal.models.baselines.RandomCalibration}: one pruned FFN for each random part
 *       of the sample.
 * </ul>
 *
 * <h2>By splitting</h2>
 *
 * <p>The channels of the dense FFN are shared out, none is lost. {@code SplitWriter} has the factor
 * that makes up for gates that sum to one, {@code BalancedGroups} the clustering.
 *
 * <ul>
 *   <li>{@link dev.shoal.models.baselines.RandomSplit};
 *   <li>{@link dev.shoal.models.baselines.KmeansSplit}: by the rows of gate;
 *   <li>{@link dev.shoal.models.baselines.CoactivationSplit}: by who is active with whom.
 * </ul>
 */
package dev.shoal.models.baselines;
