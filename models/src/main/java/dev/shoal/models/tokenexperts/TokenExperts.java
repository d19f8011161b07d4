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
 * Where it is asked for, a layer's inputs are those of the layers already made, and its experts are
 * fitted by gradient to what the dense model has behind it.
 *
 * <p>What is in memory: the residual stream and the FFN's input of the whole sample, second moments
 * of one expert, the channels of one block of tokens; to fit experts also the dense stream, the
 * targets, and one layer's experts with gradients, moments and a copy. Everything follows from the
 * sample, the settings and the dense weights.
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
   * @param seed of k-means and of the batches of router and experts
   * @param fit of the experts' weights once they are cut
   */
  public record Settings(
      int experts,
      int expertsPerToken,
      int width,
      Compensation compensation,
      int repetitions,
      long seed,
      Fit fit) {

    /** Turns after which nothing moves any more. */
    public static final int REPETITIONS = 4;

    /** Experts that stay as they are cut. */
    public Settings(
        int experts,
        int expertsPerToken,
        int width,
        Compensation compensation,
        int repetitions,
        long seed) {
      this(experts, expertsPerToken, width, compensation, repetitions, seed, Fit.NONE);
    }
  }

  /**
   * How the weights of a layer's experts are moved towards the dense model's layer.
   *
   * @param steps of 16,384 tokens; 0 leaves them as they are cut
   * @param learningRate the highest
   */
  public record Fit(int steps, double learningRate) {

    /** Tokens of a step. */
    public static final int BATCH = 16_384;

    /** Experts are cuts of the dense FFN. */
    public static final Fit NONE = new Fit(0, 0);

    boolean isWanted() {
      return steps > 0;
    }
  }

  /**
   * How fitting a layer's experts went, by the error on the windows held out: |t - y|^2 over the
   * size of t, the mean of tokens.
   *
   * @param before of the experts as they were cut
   * @param after of those taken
   * @param step after which they were taken; 0 leaves them as they were
   */
  public record Course(double before, double after, int step) {}

  /**
   * What became of one layer.
   *
   * @param error of the expert that the router chose, over the size of what it stands for, mean of
   *     tokens
   * @param leastError of the best expert of each token
   * @param anyError of an expert taken at random
   * @param tokens of each expert, [E]
   * @param course how fitting the experts' weights went; null where they stay as they are cut
   */
  public record LayerFit(
      int layer, double error, double leastError, double anyError, long[] tokens, Course course) {}

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
    boolean fitted = settings.fit().isWanted();
    ExpertSetWriter.Parts contents =
        new ExpertSetWriter.Parts(settings.compensation(), true, fitted, 1);
    HeldOut tokens = new HeldOut(sample, settings.seed());
    LayerProgress parts = new LayerProgress(progress, layers, settings);
    try (SampleStates states = new SampleStates(model, sample, fitted, parts);
        LayerExperts experts = new LayerExperts(model, states, settings, tokens);
        ExpertSetWriter writer = new ExpertSetWriter(folder, shape, contents)) {
      for (int layer = 0; layer < layers; layer++) {
        parts.enter(layer);
        states.enter(layer);
        fits.add(experts.fit(layer, writer, parts));
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
    if (settings.fit().isWanted() && sample.windows().size() < HeldOut.SHARE) {
      throw new IllegalArgumentException(
          "the sample has %d windows; to fit experts one of %d is held out, raise calibration.windows"
              .formatted(sample.windows().size(), HeldOut.SHARE));
    }
    if (settings.width() > model.config().intermediateSize()) {
      throw new IllegalArgumentException(
          "experts of %d channels; the dense FFN has %d"
              .formatted(settings.width(), model.config().intermediateSize()));
    }
  }
}
