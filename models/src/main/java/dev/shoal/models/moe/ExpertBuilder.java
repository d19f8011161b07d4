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
 * Prunes one expert per group of data sets, or of other texts.
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

  /** Takes the layers of one expert. */
  public interface Sink {
    /** Layers come in ascending order. */
    void layer(int layer, PrunedFfn ffn);
  }

  private final DenseModel model;
  private final Group group;
  private final Settings settings;
  private final int layers;
  private final int[][] kept; // [L, C]
  private final float[][] bias; // [L, H]; filled for BIAS alone

  private ExpertBuilder(DenseModel model, Group group, Settings settings) {
    this.model = model;
    this.group = group;
    this.settings = settings;
    this.layers = model.config().numLayers();
    this.kept = new int[layers][];
    this.bias = new float[layers][];
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
    ExpertSetWriter.Shape shape =
        ExpertSetWriter.Shape.of(model.config(), groups.size(), settings.width());
    try (ExpertSetWriter writer =
        new ExpertSetWriter(folder, shape, settings.compensation(), false)) {
      for (int e = 0; e < groups.size(); e++) {
        int expert = e;
        prune(model, groups.get(e), settings, (l, ffn) -> writer.pruned(expert, l, ffn), progress);
      }
      writer.finish();
    }
  }

  /** Prunes one expert, layer by layer. */
  public static void prune(
      DenseModel model, Group group, Settings settings, Sink sink, Progress progress) {
    new ExpertBuilder(model, group, settings).prune(sink, progress);
  }

  private void prune(Sink sink, Progress progress) {
    for (int layer = 0; layer < layers; layer++) {
      choose(layer);
      progress.report("choose channels", layer + 1L, layers);
    }
    if (settings.compensation() == Compensation.FOLD) {
      fold(sink, progress);
      return;
    }
    for (int layer = 0; layer < layers; layer++) {
      sink.layer(layer, new PrunedFfn(kept[layer], bias[layer], null));
    }
  }

  private void choose(int layer) {
    float[] down = model.values(layer, DenseTensor.DOWN); // [H, F]
    int hidden = model.config().hiddenSize();
    ChannelSpread seen = group.statistics();
    double[] score = ImportanceScore.wifv(seen.variance(layer), down, hidden);
    kept[layer] = ChannelSelection.top(score, settings.width());
    if (settings.compensation() == Compensation.BIAS) {
      bias[layer] = MeanBias.of(seen.mean(layer), down, hidden, kept[layer]);
    }
  }

  private void fold(Sink sink, Progress progress) {
    FoldedDown.Sink folded =
        (layer, down) -> {
          sink.layer(layer, new PrunedFfn(kept[layer], bias[layer], down));
          progress.report("fold", layer + 1L, layers);
        };
    new FoldedDown(model, group.windows(), kept).compute(settings.memoryBytes(), folded, progress);
  }
}
