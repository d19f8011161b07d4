package dev.shoal.models.generation;

/**
 * How the next token is chosen from its logits z, in the words of {@code transformers}'
 * GenerationConfig and in its order: temperature, top-k, top-p, then a draw from the softmax of
 * what is left.
 *
 * @param doSample whether to draw; if not, the largest logit wins, the lowest id among equals, and
 *     the other values do not matter
 * @param temperature z is divided by it; positive
 * @param topK only logits at least as large as the k-th largest are kept (equal ones all stay); 0
 *     keeps all
 * @param topP only the most probable tokens are kept, as few as together have this probability; in
 *     (0, 1], 1 keeps all
 * @param seed the only source of chance
 */
public record Sampling(boolean doSample, double temperature, int topK, double topP, long seed) {

  /** The most probable token, always. */
  public static final Sampling GREEDY = new Sampling(false, 1, 0, 1, 0);

  /** Rejects values that describe no distribution. */
  public Sampling {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature is %s; it must be a positive number; the most probable token every time is had without sampling"
              .formatted(temperature));
    }
    if (topK < 0) {
      throw new IllegalArgumentException(
          "top_k is %d; it must be at least 1, or 0 to keep every token".formatted(topK));
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException(
          "top_p is %s; it must be above 0 and at most 1, which keeps every token".formatted(topP));
    }
  }

  /** Draws with this temperature, keeping all tokens. */
  public static Sampling of(double temperature, long seed) {
    return new Sampling(true, temperature, 0, 1, seed);
  }
}
