package dev.shoal.models.moe;

import dev.shoal.models.checkpoint.SafetensorsWriter;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.checkpoint.TensorSpec;
import dev.shoal.models.prune.Compensation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes an {@link ExpertSet}: first everything that is kept, then what compensates. */
final class ExpertSetWriter implements AutoCloseable {

  private final SafetensorsWriter file;

  ExpertSetWriter(Path folder, int[][][] kept, int hidden, Compensation compensation) {
    List<TensorSpec> specs = new ArrayList<>();
    long experts = kept.length;
    long layers = kept[0].length;
    long width = kept[0][0].length;
    specs.add(new TensorSpec("kept", TensorDtype.I32, List.of(experts, layers, width)));
    if (compensation == Compensation.BIAS) {
      List<Long> shape = List.of(experts, layers, (long) hidden);
      specs.add(new TensorSpec("bias", TensorDtype.F32, shape));
    }
    if (compensation == Compensation.FOLD) {
      for (int e = 0; e < experts; e++) {
        for (int l = 0; l < layers; l++) {
          List<Long> shape = List.of((long) hidden, width);
          specs.add(new TensorSpec(ExpertSet.foldedName(e, l), TensorDtype.F32, shape));
        }
      }
    }
    Map<String, String> metadata = Map.of(ExpertSet.COMPENSATION, compensation.name());
    file = new SafetensorsWriter(folder.resolve(ExpertSet.FILE), specs, metadata);
    for (int[][] expert : kept) {
      for (int[] channels : expert) {
        file.write("kept", channels);
      }
    }
  }

  /** Biases come expert by expert, and in each layer by layer. */
  void bias(float[] bias) {
    file.write("bias", bias);
  }

  /** Folded weights come in any order. */
  void foldedDown(int expert, int layer, float[] down) {
    file.write(ExpertSet.foldedName(expert, layer), down);
  }

  @Override
  public void close() {
    file.close();
  }
}
