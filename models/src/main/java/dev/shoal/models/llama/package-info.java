/**
 * The dense Llama decoder, and what every decoder here has in common.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@code llama.kernels}, the text beside these classes: the mathematics;
 *   <li>{@link dev.shoal.models.llama.DenseTensor}: names and shapes of a layer's weights;
 *   <li>{@link dev.shoal.models.llama.LanguageModel}: forward, logits, negative log-likelihood;
 *   <li>{@link dev.shoal.models.llama.DenseModel}: loaded, initialised or pruned.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>One channel is one row of gate, the same row of up and the same column of down.
 *   <li>Logits of all tokens are never in memory at once, except where a caller asks for them.
 * </ul>
 */
package dev.shoal.models.llama;
