package dev.shoal.models.baselines;

import dev.shoal.models.Progress;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.moe.ExpertBuilder;
import dev.shoal.models.moe.ExpertSetWriter;
import java.nio.file.Path;
import java.util.List;

/**
 * The dense FFN pruned once, as often as there are experts.
 *
 * <p>One expert is the pruned dense model of FLAP (An et al. 2024), scored over the whole sample;
 * of full width it is the dense model. Several equal ones are sparse upcycling (Komatsuzaki et al.
 * 2023) of that model: gates sum to one, so the mixture computes what one expert does, whatever the
 * router says, until training tells them apart.
 */
public final class OnePruned implements ExpertConstruction {

  @Override
  public void build(
      DenseModel model, List<int[]> sample, Settings settings, Path folder, Progress progress) {
    ExpertBuilder.Settings pruning = settings.pruning(model);
    ExpertBuilder.Group group = settings.group(model, sample, progress);
    ExpertSetWriter.Shape shape =
        ExpertSetWriter.Shape.of(model.config(), settings.experts(), settings.width());
    try (ExpertSetWriter writer =
        new ExpertSetWriter(folder, shape, pruning.compensation(), false)) {
      ExpertBuilder.Sink everyExpert =
          (layer, ffn) -> {
            for (int e = 0; e < settings.experts(); e++) {
              writer.pruned(e, layer, ffn);
            }
          };
      ExpertBuilder.prune(model, group, pruning, everyExpert, progress);
      writer.finish();
    }
  }
}
