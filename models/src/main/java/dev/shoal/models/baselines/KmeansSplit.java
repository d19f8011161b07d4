package dev.shoal.models.baselines;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.Progress;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import java.nio.file.Path;
import java.util.List;

/**
 * Channels together whose rows of gate point the same way: balanced k-means over the rows, each of
 * length one (MoEfication, Zhang et al. 2022; clustering in LLaMA-MoE). Reads no text.
 */
public final class KmeansSplit implements ExpertConstruction {

  @Override
  public void build(
      DenseModel model, List<int[]> sample, Settings settings, Path folder, Progress progress) {
    int layers = model.config().numLayers();
    try (SplitWriter writer = new SplitWriter(model, settings, folder);
        KernelModule kernels =
            KernelModule.load(model.device(), DenseModel.KERNELS, BalancedGroups.KERNELS)) {
      for (int l = 0; l < layers; l++) {
        try (NDManager scope = Engine.newManager(model.device())) {
          NDArray gate = model.layer(l).get(DenseTensor.GATE.at());
          NDArray alike =
              kernels.call(scope, "cosines", new KernelArguments().add(gate)).singletonOrThrow();
          writer.layer(l, new BalancedGroups(kernels, alike, settings).of(l));
        }
        progress.report("split", l + 1L, layers);
      }
      writer.finish();
    }
  }
}
