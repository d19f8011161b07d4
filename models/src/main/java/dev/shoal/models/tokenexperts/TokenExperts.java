package dev.shoal.models.tokenexperts;

import dev.shoal.models.Progress;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.moe.ExpertSetWriter;
import dev.shoal.models.prune.Compensation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Experts for kinds of tokens instead of data sets, with a router that was fitted to them.
 *
 * <p>Layer by layer, on the dense model's own inputs: start from spherical k-means, or from the
 * groups of the data sets; then, in turns, cut one expert for each set of tokens, measure on every
 * token what each expert misses, fit the router to that, and let the router say whose the token is.
 *
 * <p>What is in memory: the residual stream and the FFN's input of the whole sample, second moments
 * of one expert, the channels of one block of tokens. Everything follows from the sample, the
 * settings and the dense weights.
 */
public final class TokenExperts {

  /**
   * Text to make experts for.
   *
   * @param windows of one mixture of all data sets
   * @param groups of each window, from 0, where the first sets are those of groups; otherwise null
   */
  public record Sample(List<int[]> windows, int[] groups) {}

  /**
   * How experts are made.
   *
   * @param experts E
   * @param expertsPerToken K; a token then counts for K experts
   * @param width C
   * @param repetitions after the first pass
   * @param seed of k-means and of the router's batches
   */
  public record Settings(
      int experts,
      int expertsPerToken,
      int width,
      Compensation compensation,
      int repetitions,
      long seed) {

    /** Turns after which nothing moves any more. */
    public static final int REPETITIONS = 4;
  }

  /**
   * What became of one layer.
   *
   * @param error of the expert that the router chose, over the dense output's size, mean of tokens
   * @param leastError of the best expert of each token
   * @param anyError of an expert taken at random
   * @param tokens of each expert, [E]
   */
  public record LayerFit(
      int layer, double error, double leastError, double anyError, long[] tokens) {}

  private TokenExperts() {}

  /**
   * Writes experts and routers as an {@link dev.shoal.models.moe.ExpertSet}.
   *
   * @param folder gets one file, which appears when it is complete
   * @return of each layer
   */
  public static List<LayerFit> build(
      DenseModel model, Sample sample, Settings settings, Path folder, Progress progress) {
    check(model, sample, settings);
    int layers = model.config().numLayers();
    ExpertSetWriter.Shape shape =
        ExpertSetWriter.Shape.of(model.config(), settings.experts(), settings.width());
    List<LayerFit> fits = new ArrayList<>();
    try (SampleStates states = new SampleStates(model, sample, progress);
        LayerExperts experts = new LayerExperts(model, states, settings);
        ExpertSetWriter writer =
            new ExpertSetWriter(folder, shape, settings.compensation(), true)) {
      for (int layer = 0; layer < layers; layer++) {
        states.enter(layer);
        fits.add(experts.fit(layer, writer, progress));
        states.leave(layer);
        progress.report("fit experts", layer + 1L, layers);
      }
      writer.finish();
    }
    return fits;
  }

  private static void check(DenseModel model, Sample sample, Settings settings) {
    if (settings.expertsPerToken() < 1 || settings.expertsPerToken() > settings.experts()) {
      throw new IllegalArgumentException(
          "%d experts per token of %d experts; take 1 to %d"
              .formatted(settings.expertsPerToken(), settings.experts(), settings.experts()));
    }
    long tokens = sample.windows().stream().mapToLong(window -> window.length).sum();
    long least = 4L * settings.width();
    if (tokens < least || tokens < settings.experts()) {
      throw new IllegalArgumentException(
          "the sample has %d tokens; experts of %d channels need at least %d, raise calibration.windows"
              .formatted(tokens, settings.width(), Math.max(least, settings.experts())));
    }
    if (settings.width() > model.config().intermediateSize()) {
      throw new IllegalArgumentException(
          "experts of %d channels; the dense FFN has %d"
              .formatted(settings.width(), model.config().intermediateSize()));
    }
  }
}
