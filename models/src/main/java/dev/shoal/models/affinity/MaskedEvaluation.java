package dev.shoal.models.affinity;

import dev.shoal.models.Progress;
import dev.shoal.models.evaluation.Nll;
import dev.shoal.models.evaluation.Perplexity;
import dev.shoal.models.llama.DenseModel;
import java.util.ArrayList;
import java.util.List;

/**
 * How well a model predicts when only some channels are left: entries of the affinity matrix.
 *
 * <p>The pruned weights are gathered on the device, live for one row and are never written. The
 * result is that of evaluating the really pruned checkpoint.
 */
public final class MaskedEvaluation {

  private MaskedEvaluation() {}

  /**
   * One cell.
   *
   * @param kept channels to keep, ascending, [L, C]
   * @param bias of every layer's FFN, [L, H], or null for none
   */
  public static Nll evaluate(
      DenseModel model, int[][] kept, float[][] bias, Iterable<int[]> windows, Progress progress) {
    return row(model, kept, bias, List.of(windows), progress).get(0);
  }

  /** One row: the same pruned model on the windows of every data set, gathered once. */
  public static List<Nll> row(
      DenseModel model,
      int[][] kept,
      float[][] bias,
      List<? extends Iterable<int[]>> dataSets,
      Progress progress) {
    List<Nll> row = new ArrayList<>();
    try (DenseModel pruned = model.pruned(kept, bias)) {
      for (Iterable<int[]> windows : dataSets) {
        row.add(Perplexity.total(pruned.nll(windows, progress)));
        progress.report("affinity", row.size(), dataSets.size());
      }
    }
    return row;
  }
}
