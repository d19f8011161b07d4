/**
 * The shipped sample: small synthetic data sets, a tokenizer and a dense model made from nothing.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.sample.SampleDomain}: one kind of text, with rules of its own;
 *   <li>{@link dev.shoal.models.sample.SampleCorpora}: the eight domains, in two parts each;
 *   <li>{@link dev.shoal.models.sample.BytePairTrainer}: their vocabulary, and {@link
 *       dev.shoal.models.sample.TokenizerFiles}, which writes it for Hugging Face;
 *   <li>{@link dev.shoal.models.sample.Sample}: the whole folder; {@code SampleTraining} trains the
 *       model, on all domains alike.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>Everything is a function of one seed; making the sample again gives the same files.
 *   <li>No evaluation document is a training document.
 * </ul>
 */
package dev.shoal.models.sample;
