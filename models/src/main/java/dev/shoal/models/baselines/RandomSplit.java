package dev.shoal.models.baselines;

import dev.shoal.models.Progress;
import dev.shoal.models.llama.DenseModel;
import java.nio.file.Path;
import java.util.List;

/**
 * Channels shared out at random, in another order in every layer: the independent random partition
 * of LLaMA-MoE (Zhu et al. 2024), the best of theirs. Reads no text.
 */
public final class RandomSplit implements ExpertConstruction {

  @Override
  public void build(
      DenseModel model, List<int[]> sample, Settings settings, Path folder, Progress progress) {
    int channels = model.config().intermediateSize();
    int layers = model.config().numLayers();
    try (SplitWriter writer = new SplitWriter(model, settings, folder)) {
      for (int l = 0; l < layers; l++) {
        String purpose = "random split " + l;
        writer.layer(l, Dealing.of(channels, settings.experts(), settings.seed(), purpose));
        progress.report("split", l + 1L, layers);
      }
      writer.finish();
    }
  }
}
