package dev.shoal.models.moe;

import dev.shoal.models.config.Family;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.prune.Compensation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Sparse models over {@link TinyModels}. */
public final class TinyMoe {

  private TinyMoe() {}

  /** Channels [from, from + width) modulo 48 in every layer, shifted by 7 from expert to expert. */
  public static int[][][] kept(int experts, int width, int shift) {
    int[][][] kept = new int[experts][2][width];
    for (int e = 0; e < experts; e++) {
      for (int l = 0; l < 2; l++) {
        int start = e * shift + 5 * l;
        Arrays.setAll(kept[e][l], i -> (start + i) % 48);
        Arrays.sort(kept[e][l]);
      }
    }
    return kept;
  }

  /** Experts of 20 channels that differ, over the dense weights of seed 1. */
  public static MoeModel different(int experts, int perToken, Device device) {
    return model(kept(experts, 20, 7), null, perToken, device);
  }

  /** As above, of another family: projections with biases, or heads with norms. */
  public static MoeModel different(Family family, int experts, int perToken, Device device) {
    LlamaConfig config = TinyModels.config(family, false);
    return model(config, kept(experts, 20, 7), null, perToken, device);
  }

  public static MoeModel model(int[][][] kept, float[][][] bias, int perToken, Device device) {
    return model(TinyModels.config(false), kept, bias, perToken, device);
  }

  private static MoeModel model(
      LlamaConfig config, int[][][] kept, float[][][] bias, int perToken, Device device) {
    return MoeModel.assemble(
        config,
        TinyModels.weights(1),
        ExpertSet.of(kept, bias),
        new MoeSettings(kept.length, perToken, 11),
        device);
  }

  /** Writes experts without compensation, to be loaded with {@link MoeModel#load}. */
  public static void write(int[][][] kept, Path folder) {
    ExpertSetWriter.Shape shape =
        new ExpertSetWriter.Shape(kept.length, kept[0].length, kept[0][0].length, 32);
    try (ExpertSetWriter writer = new ExpertSetWriter(folder, shape, Compensation.NONE, false)) {
      for (int e = 0; e < kept.length; e++) {
        for (int l = 0; l < kept[e].length; l++) {
          writer.kept(e, l, kept[e][l]);
        }
      }
      writer.finish();
    }
  }

  /** Makes the experts' down projections differ, as folding does. */
  public static void bendDown(MoeModel model) {
    MoeShape shape = model.shape();
    for (int l = 0; l < 2; l++) {
      float[] down = model.merged(l, MoeTensor.DOWN);
      for (int i = 0; i < down.length; i++) {
        down[i] *= 1 + 1e-3f * (i % 17);
      }
      model.replace(
          MoeTensor.DOWN.tensorName(l), down, shape.experts(), shape.hidden(), shape.width());
    }
  }

  /** Gives every adapter random values, so that they do something. */
  public static void stir(MoeModel model, Lora lora, long seed) {
    model.adapt(
        lora,
        (name, shape) -> {
          SplittableRandom random = new SplittableRandom(seed + name.hashCode());
          float[] values = new float[(int) (shape[0] * shape[1] * shape[2])];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.1 * random.nextGaussian());
          }
          return values;
        });
  }
}
