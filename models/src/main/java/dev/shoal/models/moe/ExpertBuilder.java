package dev.shoal.models.moe;

import dev.shoal.models.Progress;
import dev.shoal.models.calibration.ChannelSpread;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.prune.ChannelSelection;
import dev.shoal.models.prune.Compensation;
import dev.shoal.models.prune.ImportanceScore;
import dev.shoal.models.prune.MeanBias;
import java.nio.file.Path;
import java.util.List;

/**
 * Prunes one expert per group of data sets.
 *
 * <p>Axes: E experts (= groups), L layers, F intermediate channels, C channels kept, H hidden. For
 * every layer the channels with the highest WIFV score are kept, and the {@link Compensation} makes
 * up for the others. All decisions follow from the statistics, the windows and the dense weights.
 */
public final class ExpertBuilder {

  /**
   * What one expert is made for.
   *
   * @param statistics of the group's text
   * @param windows of the group; read again by {@link Compensation#FOLD} alone
   */
  public record Group(ChannelSpread statistics, List<int[]> windows) {}

  /**
   * How experts are made.
   *
   * @param width C
   * @param memoryBytes what second moments may take at a time, at least one layer's F x F x 8
   */
  public record Settings(int width, Compensation compensation, long memoryBytes) {}

  private final DenseModel model;
  private final List<Group> groups;
  private final Settings settings;
  private final int layers;
  private final int[][][] kept; // [E, L, C]
  private final float[][][] bias; // [E, L, H]; filled for BIAS alone

  private ExpertBuilder(DenseModel model, List<Group> groups, Settings settings) {
    this.model = model;
    this.groups = groups;
    this.settings = settings;
    this.layers = model.config().numLayers();
    this.kept = new int[groups.size()][layers][];
    this.bias = new float[groups.size()][layers][];
  }

  /**
   * Writes the experts of all groups, in the order of the groups, as an {@link ExpertSet}.
   *
   * @param folder gets one file, which appears when it is complete
   */
  public static void build(
      DenseModel model, List<Group> groups, Settings settings, Path folder, Progress progress) {
    if (groups.isEmpty()) {
      throw new IllegalArgumentException(
          "no groups; an expert is made for each, give at least one");
    }
    new ExpertBuilder(model, groups, settings).build(folder, progress);
  }

  private void build(Path folder, Progress progress) {
    for (int layer = 0; layer < layers; layer++) {
      choose(layer);
      progress.report("choose channels", layer + 1L, layers);
    }
    ExpertSetWriter.Shape shape =
        new ExpertSetWriter.Shape(
            groups.size(), layers, settings.width(), model.config().hiddenSize());
    try (ExpertSetWriter writer =
        new ExpertSetWriter(folder, shape, settings.compensation(), false)) {
      for (int layer = 0; layer < layers; layer++) {
        write(writer, layer);
      }
      if (settings.compensation() == Compensation.FOLD) {
        fold(writer, progress);
      }
      writer.finish();
    }
  }

  private void write(ExpertSetWriter writer, int layer) {
    for (int e = 0; e < groups.size(); e++) {
      writer.kept(e, layer, kept[e][layer]);
      writer.bias(e, layer, bias[e][layer]);
    }
  }

  private void choose(int layer) {
    float[] down = model.values(layer, DenseTensor.DOWN); // [H, F]
    int hidden = model.config().hiddenSize();
    for (int e = 0; e < groups.size(); e++) {
      ChannelSpread seen = groups.get(e).statistics();
      double[] score = ImportanceScore.wifv(seen.variance(layer), down, hidden);
      kept[e][layer] = ChannelSelection.top(score, settings.width());
      if (settings.compensation() == Compensation.BIAS) {
        bias[e][layer] = MeanBias.of(seen.mean(layer), down, hidden, kept[e][layer]);
      }
    }
  }

  private void fold(ExpertSetWriter writer, Progress progress) {
    for (int e = 0; e < groups.size(); e++) {
      int expert = e;
      FoldedDown.Sink sink =
          (layer, down) -> {
            writer.foldedDown(expert, layer, down);
            progress.report(
                "fold", (long) expert * layers + layer + 1, (long) groups.size() * layers);
          };
      new FoldedDown(model, groups.get(e).windows(), kept[e])
          .compute(settings.memoryBytes(), sink, progress);
    }
  }
}
