package dev.shoal.models.baselines;

import dev.shoal.models.Progress;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.moe.ExpertBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One pruned FFN for each of E random parts of the sample: what experts for groups of data sets are
 * without the groups.
 */
public final class RandomCalibration implements ExpertConstruction {

  @Override
  public void build(
      DenseModel model, List<int[]> sample, Settings settings, Path folder, Progress progress) {
    int[] groupOf = groups(sample.size(), settings.experts(), settings.seed());
    List<ExpertBuilder.Group> groups = new ArrayList<>();
    for (int e = 0; e < settings.experts(); e++) {
      int expert = e;
      List<int[]> mine =
          IntStream.range(0, groupOf.length)
              .filter(w -> groupOf[w] == expert)
              .mapToObj(sample::get)
              .toList();
      groups.add(settings.group(model, mine, progress));
    }
    ExpertBuilder.build(model, groups, settings.pruning(model), folder, progress);
  }

  /**
   * The part that each window of a sample belongs to, from 0; their sizes differ by one at most.
   *
   * @param windows of the sample, at least as many as experts
   */
  public static int[] groups(int windows, int experts, long seed) {
    if (windows < experts) {
      throw new IllegalArgumentException(
          "the sample has %d windows for %d experts; each needs at least one, raise calibration.windows"
              .formatted(windows, experts));
    }
    return Dealing.of(windows, experts, seed, "random calibration");
  }
}
