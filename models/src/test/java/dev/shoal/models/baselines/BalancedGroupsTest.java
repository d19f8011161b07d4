package dev.shoal.models.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.Progress;
import dev.shoal.models.baselines.ExpertConstruction.Settings;
import dev.shoal.models.calibration.CalibrationPass;
import dev.shoal.models.calibration.LayerMatrices;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.NaiveLlama;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.prune.Compensation;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Balanced groups of channels")
class BalancedGroupsTest {

  private static final Settings TWO =
      new Settings(2, 3, Compensation.NONE, CalibrationPass::run, 1 << 20, 7);

  @Test
  @DisplayName("are filled with the closest pairs, then improved by exchanges")
  void assigns() {
    // Greedily 0 and 1 go to group 0 for 10 + 9 and leave 0 + 8 for the others: 27.
    // 1 and 2 exchanged: 10 + 7 + 9 (1 loses 0) + 8 = 34.
    double[][] closeness = {{10, 0}, {9, 9}, {7, 0}, {0, 8}};
    assertThat(new BalancedAssignment(closeness, 2).groups()).containsExactly(0, 1, 0, 1);
  }

  @Test
  @DisplayName("hold together what points the same way")
  void clusters() {
    // 0, 2 and 4 lie along one axis, 1, 3 and 5 along another
    float[] points = {1, 0, 0, 2, 3, .1f, .1f, 1, 1, -.1f, 0, 5};
    try (KernelModule kernels =
            KernelModule.load(Device.cpu(), DenseModel.KERNELS, BalancedGroups.KERNELS);
        NDManager scope = Engine.newManager(Device.cpu())) {
      NDArray rows = scope.create(points, new Shape(6, 2));
      NDArray alike =
          kernels.call(scope, "cosines", new KernelArguments().add(rows)).singletonOrThrow();
      int[] groups = new BalancedGroups(kernels, alike, TWO).of(0);
      int even = groups[0];
      assertThat(groups).containsExactly(even, 1 - even, even, 1 - even, even, 1 - even);
    }
  }

  @Test
  @DisplayName("count on how many tokens two channels are both among the strongest eighth")
  void counts() {
    List<int[]> windows = List.of(TinyModels.windows(6, 20, 3));
    double[][] expected = new double[48][48];
    NaiveLlama naive = new NaiveLlama(TinyModels.config(false), TinyModels.weights(1));
    for (int[] window : windows) {
      naive.logits(
          window,
          (layer, n) -> {
            if (layer == 1) {
              count(naive.channels(layer, n), expected);
            }
            return naive.ffn(layer, n);
          });
    }
    double[] flat = Arrays.stream(expected).flatMapToDouble(Arrays::stream).toArray();
    try (DenseModel model = TinyModels.dense(1, TinyModels.DOUBLE);
        KernelModule kernels =
            KernelModule.load(model.device(), DenseModel.KERNELS, BalancedGroups.KERNELS)) {
      LayerMatrices.Sum sum = new LayerMatrices.Sum(kernels, "dense_coactivations", "count");
      for (long memory : new long[] {1, 1 << 20}) { // layer by layer, and all at once
        new LayerMatrices(model, windows, sum)
            .compute(
                memory,
                (layer, found) -> {
                  if (layer == 1) {
                    assertThat(found.toDoubleArray()).containsExactly(flat);
                  }
                },
                Progress.NONE);
      }
    }
  }

  /** The 6 of 48 channels with the largest size. */
  private static void count(double[] h, double[][] counts) {
    int[] active =
        IntStream.range(0, h.length)
            .boxed()
            .sorted((i, j) -> Double.compare(Math.abs(h[j]), Math.abs(h[i])))
            .limit(6)
            .mapToInt(Integer::intValue)
            .toArray();
    for (int i : active) {
      for (int j : active) {
        counts[i][j]++;
      }
    }
  }
}
