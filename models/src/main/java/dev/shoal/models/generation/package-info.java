/**
 * Text out of a model.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.generation.GenerationSettings}, {@link
 *       dev.shoal.models.generation.Sampling}: how a text goes on, and when it ends;
 *   <li>{@link dev.shoal.models.generation.Generator}: the loop over tokens;
 *   <li>{@link dev.shoal.models.generation.ExactMatchEvaluation}, with {@link
 *       dev.shoal.models.generation.AnswerFilter} and {@link
 *       dev.shoal.models.generation.ExactMatch}: answers in the model's own words, judged as the
 *       harness does;
 *   <li>{@code generation.kernels}, the text beside these classes: a decoder with a cache of keys
 *       and values.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>With a cache a model says what it says without one, beyond the rounding of sums.
 *   <li>A text depends on its prompt, the settings and its index, not on what is computed beside
 *       it.
 * </ul>
 */
package dev.shoal.models.generation;
