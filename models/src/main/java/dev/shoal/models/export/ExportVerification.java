package dev.shoal.models.export;

import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.engine.Device;
import dev.shoal.models.moe.LayerwiseForward;
import dev.shoal.models.moe.MoeWeights;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Reads an exported folder back and compares its logits with those of the model it came from, with
 * that model's weights rounded to the stored type. One layer of each is in memory at a time.
 */
public final class ExportVerification {

  /** Largest difference of a logit that rounding of sums in another order explains. */
  public static final double TOLERANCE = 1e-4;

  private static final int TOKENS = 64;
  private static final int PROMPTS = 2;

  private ExportVerification() {}

  /**
   * Compares the logits of fixed pseudo-random prompts.
   *
   * @return the largest absolute difference
   * @throws IllegalStateException if it is above {@link #TOLERANCE}
   */
  public static double verify(MoeWeights weights, Path folder, TensorDtype dtype) {
    try (MoeWeights loaded = SparseCheckpoint.open(folder)) {
      return verify(weights.rounded(dtype), loaded, folder);
    }
  }

  /** As above, of what was written to {@code file} and what was meant to be. */
  public static double verify(MoeWeights expected, MoeWeights found, Path file) {
    double worst = difference(expected, found);
    if (!(worst <= TOLERANCE)) {
      throw new IllegalStateException(
          "%s: logits differ from the model's by %s, expected at most %s; the export is wrong, do not use it"
              .formatted(file, worst, TOLERANCE));
    }
    return worst;
  }

  private static double difference(MoeWeights expected, MoeWeights found) {
    int[][] prompts = prompts(expected);
    List<float[]> left = LayerwiseForward.logits(expected, prompts, Device.cpu());
    List<float[]> right = LayerwiseForward.logits(found, prompts, Device.cpu());
    double worst = 0;
    for (int prompt = 0; prompt < prompts.length; prompt++) {
      float[] wanted = left.get(prompt);
      float[] got = right.get(prompt);
      for (int i = 0; i < wanted.length; i++) {
        worst = Math.max(worst, Math.abs(wanted[i] - got[i]));
        worst = Float.isFinite(got[i]) ? worst : Double.POSITIVE_INFINITY;
      }
    }
    return worst;
  }

  private static int[][] prompts(MoeWeights weights) {
    SplittableRandom random = new SplittableRandom(7);
    int length = Math.min(TOKENS, weights.config().longestSequence());
    int[][] prompts = new int[PROMPTS][];
    for (int i = 0; i < PROMPTS; i++) {
      prompts[i] = random.ints(length, 0, weights.config().vocabSize()).toArray();
    }
    return prompts;
  }
}
