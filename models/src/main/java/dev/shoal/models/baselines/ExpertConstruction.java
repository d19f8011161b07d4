package dev.shoal.models.baselines;

import dev.shoal.models.Progress;
import dev.shoal.models.calibration.ChannelSpread;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.moe.ExpertBuilder;
import dev.shoal.models.prune.Compensation;
import java.nio.file.Path;
import java.util.List;

/**
 * One way to make the experts of a mixture out of a dense model.
 *
 * <p>Everything follows from the sample, the settings and the dense weights.
 */
@FunctionalInterface
public interface ExpertConstruction {

  /**
   * Writes the experts of every layer as an {@link dev.shoal.models.moe.ExpertSet}.
   *
   * @param sample windows of one mixture of all data sets
   * @param folder gets one file, which appears when it is complete
   */
  void build(
      DenseModel model, List<int[]> sample, Settings settings, Path folder, Progress progress);

  /** Reads windows for what pruning asks. */
  @FunctionalInterface
  interface SpreadPass {
    /** One pass over the windows. */
    ChannelSpread over(DenseModel model, List<int[]> windows, Progress progress);
  }

  /**
   * How experts are made.
   *
   * @param experts E
   * @param width C
   * @param compensation what makes up for the channels that pruning removes
   * @param spread how that is found out of which channels to keep
   * @param memoryBytes what sums over pairs of channels may take; at least one layer's are held
   * @param seed the only source of chance
   */
  record Settings(
      int experts,
      int width,
      Compensation compensation,
      SpreadPass spread,
      long memoryBytes,
      long seed) {

    /** As the builder of pruned experts takes them; nothing makes up for nothing. */
    ExpertBuilder.Settings pruning(DenseModel model) {
      boolean whole = width == model.config().intermediateSize();
      return new ExpertBuilder.Settings(
          width, whole ? Compensation.NONE : compensation, memoryBytes);
    }

    /** The windows that one pruned FFN is made for. */
    ExpertBuilder.Group group(DenseModel model, List<int[]> windows, Progress progress) {
      return new ExpertBuilder.Group(spread.over(model, windows, progress), windows);
    }
  }
}
