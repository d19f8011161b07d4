/**
 * Text as token ids, token files, and the windows that models see of them.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.tokens.ModelTokenizer}: a document becomes ids;
 *   <li>{@link dev.shoal.models.tokens.TokenWriter}, {@link dev.shoal.models.tokens.TokenFile}:
 *       many documents become one stream on disk;
 *   <li>{@link dev.shoal.models.tokens.Windows}: the stream in pieces of one length, shuffled or in
 *       order;
 *   <li>{@link dev.shoal.models.tokens.TrainingMix}: endless batches from several streams;
 *   <li>{@link dev.shoal.models.tokens.Permutation}: the shuffling;
 *   <li>{@link dev.shoal.models.tokens.Seeds}: how one seed becomes many.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>What a batch holds is a function of (seed, step): no reader has state worth saving.
 *   <li>Windows ignore document bounds; each document brings its own begin and end.
 * </ul>
 */
package dev.shoal.models.tokens;
