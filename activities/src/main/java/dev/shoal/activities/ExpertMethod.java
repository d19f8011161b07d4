package dev.shoal.activities;

import dev.shoal.models.baselines.CoactivationSplit;
import dev.shoal.models.baselines.DropUpcycle;
import dev.shoal.models.baselines.ExpertConstruction;
import dev.shoal.models.baselines.KmeansSplit;
import dev.shoal.models.baselines.OnePruned;
import dev.shoal.models.baselines.RandomCalibration;
import dev.shoal.models.baselines.RandomSplit;
import dev.shoal.workflows.request.Experts;

/**
 * What a value of {@code experts.by} does. A new way to make experts from a sample is a class, a
 * value there and a line in {@link #of}.
 *
 * @param construction what makes the experts; null where that takes more than a sample
 * @param words what is done to the dense model, as in "made by ..."
 */
record ExpertMethod(ExpertConstruction construction, String words) {

  private static final String ONCE = "pruning its FFN once, for all data sets";
  private static final String SHARED = "sharing out the channels of its FFN ";

  static ExpertMethod of(Experts.By by) {
    return switch (by) {
      case DOMAINS -> with(null, "pruning its FFN once for each group of data sets");
      case TOKENS -> with(null, "pruning its FFN once for each kind of token, layer by layer");
      case SINGLE -> with(new OnePruned(), ONCE);
      case COPY -> with(new OnePruned(), ONCE + ", and copying it");
      case DROP_UPCYCLE ->
          with(new DropUpcycle(), ONCE + ", copying it and drawing half of each copy anew");
      case RANDOM_SPLIT -> with(new RandomSplit(), SHARED + "at random");
      case KMEANS_SPLIT -> with(new KmeansSplit(), SHARED + "by k-means over the rows of gate");
      case COACTIVATION_SPLIT ->
          with(new CoactivationSplit(), SHARED + "by which are active together");
      case RANDOM_CALIBRATION ->
          with(new RandomCalibration(), "pruning its FFN once for each random part of a sample");
    };
  }

  private static ExpertMethod with(ExpertConstruction construction, String words) {
    return new ExpertMethod(construction, words);
  }
}
