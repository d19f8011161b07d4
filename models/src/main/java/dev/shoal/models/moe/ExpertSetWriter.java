package dev.shoal.models.moe;

import dev.shoal.models.checkpoint.SafetensorsWriter;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.checkpoint.TensorSpec;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.prune.Compensation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes an {@link ExpertSet}, its parts in any order. */
public final class ExpertSetWriter implements AutoCloseable {

  /** Axes of a set: E experts, L layers, C channels kept, H hidden. */
  public record Shape(int experts, int layers, int width, int hidden) {

    /** For a model of this architecture. */
    public static Shape of(LlamaConfig config, int experts, int width) {
      return new Shape(experts, config.numLayers(), width, config.hiddenSize());
    }
  }

  /**
   * What is written of each expert.
   *
   * @param compensation what makes up for the channels that are gone
   * @param routers whether the set has routers of its own
   * @param ownWeights whether gate, up and down are written instead of cut from the dense ones
   * @param downScale what cut down projections are multiplied by, 1 for nothing
   */
  public record Parts(
      Compensation compensation, boolean routers, boolean ownWeights, float downScale) {

    private List<MoeTensor> weights() {
      if (ownWeights) {
        return List.of(MoeTensor.GATE, MoeTensor.UP, MoeTensor.DOWN);
      }
      return compensation == Compensation.FOLD ? List.of(MoeTensor.DOWN) : List.of();
    }

    private Map<String, String> metadata() {
      String name = compensation.name();
      return downScale == 1
          ? Map.of(ExpertSet.COMPENSATION, name)
          : Map.of(ExpertSet.COMPENSATION, name, ExpertSet.DOWN_SCALE, Float.toString(downScale));
    }
  }

  private final SafetensorsWriter file;
  private final int[][][] kept; // [E, L, C]
  private final float[][][] bias; // [E, L, H]; filled for BIAS alone
  private final Compensation compensation;

  /** As below for cuts of the dense FFN. */
  public ExpertSetWriter(Path folder, Shape shape, Compensation compensation, boolean routers) {
    this(folder, shape, new Parts(compensation, routers, false, 1));
  }

  /** Begins a file that appears when it is finished and closed. */
  public ExpertSetWriter(Path folder, Shape shape, Parts parts) {
    this.kept = new int[shape.experts()][shape.layers()][];
    this.bias = new float[shape.experts()][shape.layers()][];
    this.compensation = parts.compensation();
    this.file =
        new SafetensorsWriter(
            folder.resolve(ExpertSet.FILE), specs(shape, parts), parts.metadata());
  }

  private static List<TensorSpec> specs(Shape shape, Parts parts) {
    long experts = shape.experts();
    long layers = shape.layers();
    long hidden = shape.hidden();
    List<TensorSpec> specs = new ArrayList<>();
    specs.add(
        new TensorSpec("kept", TensorDtype.I32, List.of(experts, layers, (long) shape.width())));
    if (parts.compensation() == Compensation.BIAS) {
      specs.add(new TensorSpec("bias", TensorDtype.F32, List.of(experts, layers, hidden)));
    }
    for (MoeTensor tensor : parts.weights()) {
      specs.addAll(weights(shape, tensor));
    }
    for (int l = 0; l < layers && parts.routers(); l++) {
      specs.add(new TensorSpec(ExpertSet.routerName(l), TensorDtype.F32, List.of(experts, hidden)));
    }
    return specs;
  }

  private static List<TensorSpec> weights(Shape shape, MoeTensor tensor) {
    long width = shape.width();
    long hidden = shape.hidden();
    List<Long> axes = tensor == MoeTensor.DOWN ? List.of(hidden, width) : List.of(width, hidden);
    List<TensorSpec> specs = new ArrayList<>();
    for (int e = 0; e < shape.experts(); e++) {
      for (int l = 0; l < shape.layers(); l++) {
        specs.add(new TensorSpec(ExpertSet.ownName(tensor, e, l), TensorDtype.F32, axes));
      }
    }
    return specs;
  }

  /** Channels of one expert in one layer, ascending, [C]. */
  public void kept(int expert, int layer, int[] channels) {
    kept[expert][layer] = channels;
  }

  /** Bias of one expert in one layer, [H]; with {@link Compensation#BIAS}. */
  public void bias(int expert, int layer, float[] values) {
    bias[expert][layer] = values;
  }

  /** Down projection of one expert in one layer, [H, C]; with {@link Compensation#FOLD}. */
  public void foldedDown(int expert, int layer, float[] down) {
    own(MoeTensor.DOWN, expert, layer, down);
  }

  /** One layer of one expert with all that makes up for the channels it lost. */
  public void pruned(int expert, int layer, PrunedFfn ffn) {
    kept(expert, layer, ffn.kept());
    bias(expert, layer, ffn.bias());
    if (ffn.down() != null) {
      foldedDown(expert, layer, ffn.down());
    }
  }

  /** Gate or up, [C, H], or down, [H, C], of one expert in one layer, where they are its own. */
  public void own(MoeTensor tensor, int expert, int layer, float[] values) {
    file.write(ExpertSet.ownName(tensor, expert, layer), values);
  }

  /** Router of one layer, [E, H]. */
  public void router(int layer, float[] router) {
    file.write(ExpertSet.routerName(layer), router);
  }

  /** Says that everything was given. */
  public void finish() {
    for (int[][] expert : kept) {
      for (int[] channels : expert) {
        file.write("kept", channels);
      }
    }
    for (float[][] expert : bias) {
      for (int l = 0; l < expert.length && compensation == Compensation.BIAS; l++) {
        file.write("bias", expert[l]);
      }
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
