package dev.shoal.models.baselines;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.Progress;
import dev.shoal.models.calibration.LayerMatrices;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import java.nio.file.Path;
import java.util.List;

/**
 * Channels together that are active on the same tokens (the co-activation graph of MoEfication and
 * LLaMA-MoE).
 *
 * <p>SwiGLU leaves no channel at exactly zero, so that on every token the F / 8 channels with the
 * largest |h| count as active, as many as a ReLU FFN of this kind has at most, and as many as one
 * expert of eight holds. \( a_{ij} \) counts the tokens of the sample on which both i and j are;
 * groups are those of {@link BalancedGroups} by \( a_{ij} / \sqrt{a_{ii} a_{jj}} \), the cosine of
 * the channels' activity. The originals cut the graph of \( a_{ij} \) with METIS, which is a
 * library of its own; both look for groups of one size that hold as much co-activation as possible.
 */
public final class CoactivationSplit implements ExpertConstruction {

  @Override
  public void build(
      DenseModel model, List<int[]> sample, Settings settings, Path folder, Progress progress) {
    int layers = model.config().numLayers();
    try (SplitWriter writer = new SplitWriter(model, settings, folder);
        KernelModule kernels =
            KernelModule.load(model.device(), DenseModel.KERNELS, BalancedGroups.KERNELS)) {
      LayerMatrices.Sum counts =
          new LayerMatrices.Sum(kernels, "dense_coactivations", "co-activations");
      LayerMatrices.Sink grouped =
          (layer, count) -> {
            try (NDManager scope = count.getManager().newSubManager()) {
              NDArray alike =
                  kernels
                      .call(scope, "cosines_of_counts", new KernelArguments().add(count))
                      .singletonOrThrow();
              writer.layer(layer, new BalancedGroups(kernels, alike, settings).of(layer));
            }
            progress.report("split", layer + 1L, layers);
          };
      new LayerMatrices(model, sample, counts).compute(settings.memoryBytes(), grouped, progress);
      writer.finish();
    }
  }
}
