package dev.shoal.models.baselines;

import dev.shoal.models.Progress;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.moe.ExpertBuilder;
import dev.shoal.models.moe.ExpertSetWriter;
import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.moe.PrunedFfn;
import dev.shoal.models.prune.ChannelCut;
import dev.shoal.models.tokens.Permutation;
import dev.shoal.models.tokens.Seeds;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Copies of one pruned FFN, in each of which half of the channels are drawn anew (Drop-Upcycling,
 * Nakamura et al. 2025).
 *
 * <p>For every expert and layer \( \lfloor C / 2 \rfloor \) channels are chosen. Of each of the
 * three matrices the part that belongs to them, rows of gate and up, columns of down, is replaced
 * by draws from N(m, s), m and s being mean and standard deviation of all values of that part. The
 * three matrices lose the same channels, as in the paper (its code chooses anew for each).
 */
public final class DropUpcycle implements ExpertConstruction {

  private static final double SHARE = 0.5;

  @Override
  public void build(
      DenseModel model, List<int[]> sample, Settings settings, Path folder, Progress progress) {
    ExpertBuilder.Settings pruning = settings.pruning(model);
    ExpertBuilder.Group group = settings.group(model, sample, progress);
    ExpertSetWriter.Shape shape =
        ExpertSetWriter.Shape.of(model.config(), settings.experts(), settings.width());
    ExpertSetWriter.Parts parts = new ExpertSetWriter.Parts(pruning.compensation(), false, true, 1);
    try (ExpertSetWriter writer = new ExpertSetWriter(folder, shape, parts)) {
      ExpertBuilder.Sink everyExpert =
          (layer, ffn) -> {
            Layer copied = new Layer(model, layer, ffn);
            for (int e = 0; e < settings.experts(); e++) {
              String purpose = "drop-upcycle " + e + "." + layer;
              copied.write(writer, e, new SplittableRandom(Seeds.derive(settings.seed(), purpose)));
            }
          };
      ExpertBuilder.prune(model, group, pruning, everyExpert, progress);
      writer.finish();
    }
  }

  /** One layer of what is copied. */
  private static final class Layer {

    private final int layer;
    private final PrunedFfn ffn;
    private final float[] gate; // [C, H]
    private final float[] up; // [C, H]
    private final float[] down; // [H, C]

    Layer(DenseModel model, int layer, PrunedFfn ffn) {
      int hidden = model.config().hiddenSize();
      this.layer = layer;
      this.ffn = ffn;
      this.gate = ChannelCut.rows(model.values(layer, DenseTensor.GATE), ffn.kept(), hidden);
      this.up = ChannelCut.rows(model.values(layer, DenseTensor.UP), ffn.kept(), hidden);
      this.down =
          ffn.down() != null
              ? ffn.down()
              : ChannelCut.columns(model.values(layer, DenseTensor.DOWN), ffn.kept(), hidden, 1);
    }

    void write(ExpertSetWriter writer, int expert, SplittableRandom random) {
      int width = ffn.kept().length;
      int[] redrawn = Arrays.copyOf(Permutation.of(width, random), (int) (width * SHARE));
      int hidden = gate.length / width;
      writer.kept(expert, layer, ffn.kept());
      writer.bias(expert, layer, ffn.bias());
      int[] rows = places(redrawn, hidden, hidden, 1);
      writer.own(MoeTensor.GATE, expert, layer, redraw(gate, rows, random));
      writer.own(MoeTensor.UP, expert, layer, redraw(up, rows, random));
      int[] columns = places(redrawn, 1, hidden, width);
      writer.own(MoeTensor.DOWN, expert, layer, redraw(down, columns, random));
    }
  }

  /** Where the values of some channels are: {@code hidden} of each, {@code step} apart. */
  private static int[] places(int[] channels, int stride, int hidden, int step) {
    int[] places = new int[channels.length * hidden];
    Arrays.setAll(places, i -> channels[i / hidden] * stride + i % hidden * step);
    return places;
  }

  /** The values with those at some places drawn from their own normal distribution. */
  static float[] redraw(float[] values, int[] places, SplittableRandom random) {
    double mean = Arrays.stream(places).mapToDouble(i -> values[i]).average().orElse(0);
    double squares =
        Arrays.stream(places).mapToDouble(i -> (values[i] - mean) * (values[i] - mean)).sum();
    double deviation = Math.sqrt(squares / Math.max(1, places.length - 1));
    float[] redrawn = values.clone();
    for (int place : places) {
      redrawn[place] = (float) (mean + deviation * random.nextGaussian());
    }
    return redrawn;
  }
}
