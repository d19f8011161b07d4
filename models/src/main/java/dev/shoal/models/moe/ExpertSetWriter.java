package dev.shoal.models.moe;

import dev.shoal.models.checkpoint.SafetensorsWriter;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.checkpoint.TensorSpec;
import dev.shoal.models.prune.Compensation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes an {@link ExpertSet}, its parts in any order. */
public final class ExpertSetWriter implements AutoCloseable {

  /** Axes of a set: E experts, L layers, C channels kept, H hidden. */
  public record Shape(int experts, int layers, int width, int hidden) {}

  private final SafetensorsWriter file;
  private final int[][][] kept; // [E, L, C]
  private final float[][][] bias; // [E, L, H]; filled for BIAS alone
  private final Compensation compensation;

  /**
   * Begins a file that appears when it is finished and closed.
   *
   * @param routers whether the set has routers of its own
   */
  public ExpertSetWriter(Path folder, Shape shape, Compensation compensation, boolean routers) {
    this.kept = new int[shape.experts()][shape.layers()][];
    this.bias = new float[shape.experts()][shape.layers()][];
    this.compensation = compensation;
    Map<String, String> metadata = Map.of(ExpertSet.COMPENSATION, compensation.name());
    this.file =
        new SafetensorsWriter(
            folder.resolve(ExpertSet.FILE), specs(shape, compensation, routers), metadata);
  }

  private static List<TensorSpec> specs(Shape shape, Compensation compensation, boolean routers) {
    long experts = shape.experts();
    long layers = shape.layers();
    long width = shape.width();
    long hidden = shape.hidden();
    List<TensorSpec> specs = new ArrayList<>();
    specs.add(new TensorSpec("kept", TensorDtype.I32, List.of(experts, layers, width)));
    if (compensation == Compensation.BIAS) {
      specs.add(new TensorSpec("bias", TensorDtype.F32, List.of(experts, layers, hidden)));
    }
    for (int e = 0; e < experts && compensation == Compensation.FOLD; e++) {
      for (int l = 0; l < layers; l++) {
        String name = ExpertSet.foldedName(e, l);
        specs.add(new TensorSpec(name, TensorDtype.F32, List.of(hidden, width)));
      }
    }
    for (int l = 0; l < layers && routers; l++) {
      specs.add(new TensorSpec(ExpertSet.routerName(l), TensorDtype.F32, List.of(experts, hidden)));
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
    file.write(ExpertSet.foldedName(expert, layer), down);
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
