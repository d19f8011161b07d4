/**
 * The typed {@code config.json} of a dense Llama model.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.config.LlamaConfig}: every number of the architecture, read from
 *       and written to {@code config.json};
 *   <li>{@link dev.shoal.models.config.RopeSettings} and {@link
 *       dev.shoal.models.config.SpecialTokens}: its two small parts;
 *   <li>{@link dev.shoal.models.config.ModelUnsupportedException}: what is refused, all at once.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>A {@code LlamaConfig} that exists is one that can be computed with.
 *   <li>Absent fields mean what they mean in {@code transformers}.
 * </ul>
 */
package dev.shoal.models.config;
