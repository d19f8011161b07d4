package dev.shoal.models.config;

/**
 * Ids with a role. Each may be null where a model has none.
 *
 * @param bos begins a document
 * @param eos ends a document; the first one where {@code config.json} lists several
 * @param pad fills up a batch
 */
public record SpecialTokens(Integer bos, Integer eos, Integer pad) {

  /** A model that marks neither ends nor padding. */
  public static final SpecialTokens NONE = new SpecialTokens(null, null, null);
}
