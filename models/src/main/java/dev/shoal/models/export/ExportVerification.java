package dev.shoal.models.export;

import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.moe.MoeModel;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Loads an exported folder back and compares its logits with those of the model it came from, with
 * that model's weights rounded to the stored type.
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
  public static double verify(MoeModel model, Path folder, TensorDtype dtype) {
    try (MoeModel rounded = RoundedModel.of(model, dtype);
        MoeModel loaded = MixtralCheckpoint.load(folder, model.device())) {
      double worst = difference(rounded, loaded);
      if (!(worst <= TOLERANCE)) {
        throw new IllegalStateException(
            "%s: logits differ from the model's by %s, expected at most %s; the export is wrong, do not use it"
                .formatted(folder, worst, TOLERANCE));
      }
      return worst;
    }
  }

  private static double difference(MoeModel expected, MoeModel found) {
    SplittableRandom random = new SplittableRandom(7);
    int vocabulary = expected.config().vocabSize();
    int length = Math.min(TOKENS, expected.config().maxPositions());
    double worst = 0;
    for (int prompt = 0; prompt < PROMPTS; prompt++) {
      int[] ids = random.ints(length, 0, vocabulary).toArray();
      float[] left = expected.logits(ids);
      float[] right = found.logits(ids);
      for (int i = 0; i < left.length; i++) {
        worst = Math.max(worst, Math.abs(left[i] - right[i]));
        worst = Float.isFinite(right[i]) ? worst : Double.POSITIVE_INFINITY;
      }
    }
    return worst;
  }
}
