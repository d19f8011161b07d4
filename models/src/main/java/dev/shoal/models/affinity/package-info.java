/**
 * Which data sets prune alike, and so share an expert.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.affinity.Affinity}: perplexity of every data set under the model
 *       pruned for every data set;
 *   <li>{@link dev.shoal.models.affinity.PearsonDistance}: how far apart two rows of it are;
 *   <li>{@link dev.shoal.models.affinity.Agglomerative} with a {@link
 *       dev.shoal.models.affinity.Linkage}: the nearest join first, into a {@link
 *       dev.shoal.models.affinity.Dendrogram};
 *   <li>{@link dev.shoal.models.affinity.Grouping}: the whole way, and why each choice was made.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>D data sets; row = calibrated on, column = evaluated on.
 *   <li>Same matrix, same groups: ties are broken by index, never by chance.
 *   <li>A group is known by its smallest member; groups are ordered by it.
 * </ul>
 */
package dev.shoal.models.affinity;
