/**
 * How good a model is, as numbers that say what they are divided by.
 *
 * <ol>
 *   <li>{@link dev.shoal.models.evaluation.Nll}: negative log-likelihood and its tokens;
 *   <li>{@link dev.shoal.models.evaluation.Perplexity}: over texts and data sets;
 *   <li>{@link dev.shoal.models.evaluation.ExpertUse}: what experts were used for.
 * </ol>
 */
package dev.shoal.models.evaluation;
