package dev.shoal.models.moe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.models.Progress;
import dev.shoal.models.calibration.CalibrationPass;
import dev.shoal.models.calibration.ChannelStatistics;
import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.llama.NaiveLlama;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.prune.ChannelSelection;
import dev.shoal.models.prune.Compensation;
import dev.shoal.models.prune.ImportanceScore;
import dev.shoal.models.prune.MeanBias;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The expert builder")
class ExpertBuilderTest {

  private static final long PLENTY = 1 << 20;

  @TempDir private Path folder;

  @Test
  @DisplayName("keeps what scores highest for each group, and its mean as bias")
  void bias() {
    List<ExpertBuilder.Group> groups = groups();
    try (ExpertSet experts = build(Compensation.BIAS, PLENTY)) {
      ChannelStatistics second = groups.get(1).statistics();
      float[] down =
          TinyModels.weights(1).values(DenseTensor.DOWN.tensorName(1), new long[] {32, 48});
      int[] kept = ChannelSelection.top(ImportanceScore.wifv(second.variance(1), down, 32), 20);
      assertThat(experts.kept(1, 1)).isEqualTo(kept);
      assertThat(experts.bias(1, 1)).isEqualTo(MeanBias.of(second.mean(1), down, 32, kept));
      assertThat(experts.kept(0, 1)).isNotEqualTo(kept);
      assertThatThrownBy(() -> experts.foldedDown(0, 0))
          .hasMessage("experts with compensation BIAS have no folded weights");
    }
  }

  @Test
  @DisplayName("folds by the ridge regression that Gaussian elimination finds")
  void fold() {
    double[][] gram = gramOfSecondGroup();
    try (ExpertSet experts = build(Compensation.FOLD, PLENTY)) {
      int[] kept = experts.kept(1, 1);
      float[] down =
          TinyModels.weights(1).values(DenseTensor.DOWN.tensorName(1), new long[] {32, 48});
      float[] folded = experts.foldedDown(1, 1);
      for (int row = 0; row < 32; row++) {
        double[] expected =
            ridge(gram, kept, java.util.Arrays.copyOfRange(down, row * 48, row * 48 + 48));
        for (int i = 0; i < 20; i++) {
          // h is float32; the ridge keeps the condition number below about 1e4.
          assertThat((double) folded[row * 20 + i]).isCloseTo(expected[i], within(2e-3));
        }
      }
    }
  }

  @Test
  @DisplayName("finds the same with memory for one layer at a time")
  void rounds() {
    try (ExpertSet ample = build(Compensation.FOLD, PLENTY)) {
      float[] expected = ample.foldedDown(0, 1);
      try (ExpertSet tight = build(Compensation.FOLD, 1)) {
        assertThat(tight.foldedDown(0, 1)).isEqualTo(expected);
      }
    }
  }

  @Test
  @DisplayName("predicts the dense output better by folding than by cutting")
  void better() {
    double cut = error(Compensation.NONE);
    double folded = error(Compensation.FOLD);
    assertThat(folded).isLessThan(0.9 * cut);
  }

  @Test
  @DisplayName("leaves no file when it is stopped")
  void stopped() {
    Progress stop =
        (phase, done, total) -> {
          if (phase.equals("fold") && done == 2) {
            throw new IllegalStateException("stopped");
          }
        };
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      ExpertBuilder.Settings settings = new ExpertBuilder.Settings(20, Compensation.FOLD, PLENTY);
      assertThatThrownBy(() -> ExpertBuilder.build(model, groups(), settings, folder, stop))
          .hasMessage("stopped");
      assertThat(Files.exists(folder.resolve("experts.safetensors"))).isFalse();
    }
  }

  private ExpertSet build(Compensation compensation, long memory) {
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      ExpertBuilder.build(
          model,
          groups(),
          new ExpertBuilder.Settings(20, compensation, memory),
          folder,
          Progress.NONE);
    }
    return ExpertSet.load(folder);
  }

  /** Squared difference of the final hidden states of expert 0's model from the dense ones. */
  private double error(Compensation compensation) {
    int[] window = windows(0).get(0);
    try (ExpertSet experts = build(compensation, PLENTY);
        DenseModel dense = TinyModels.dense(1, Device.cpu());
        MoeModel sparse =
            MoeModel.assemble(
                TinyModels.config(false),
                TinyModels.weights(1),
                experts,
                new MoeSettings(2, 1, 0),
                Device.cpu())) {
      for (int l = 0; l < 2; l++) {
        sparse.replace(MoeTensor.ROUTER.tensorName(l), new float[2 * 32], 2, 32); // all to 0
      }
      float[] a = dense.logits(window);
      float[] b = sparse.logits(window);
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
      }
      return sum;
    }
  }

  private static List<int[]> windows(int group) {
    return List.of(TinyModels.windows(12, 20, 100 + group));
  }

  private static List<ExpertBuilder.Group> groups() {
    List<ExpertBuilder.Group> groups = new ArrayList<>();
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      for (int g = 0; g < 2; g++) {
        ChannelStatistics seen = CalibrationPass.run(model, windows(g), Progress.NONE);
        groups.add(new ExpertBuilder.Group(seen, windows(g)));
      }
    }
    return groups;
  }

  private static double[][] gramOfSecondGroup() {
    double[][] gram = new double[48][48];
    NaiveLlama naive = new NaiveLlama(TinyModels.config(false), TinyModels.weights(1));
    for (int[] window : windows(1)) {
      naive.logits(
          window,
          (layer, n) -> {
            double[] h = naive.channels(layer, n);
            for (int i = 0; layer == 1 && i < 48; i++) {
              for (int j = 0; j < 48; j++) {
                gram[i][j] += h[i] * h[j];
              }
            }
            return naive.ffn(layer, n);
          });
    }
    return gram;
  }

  /** Solves (G[K,K] + lambda I) x = G[K,:] w by elimination with pivoting. */
  private static double[] ridge(double[][] gram, int[] kept, float[] w) {
    int n = kept.length;
    double[][] a = new double[n][n + 1];
    double mean = 0;
    for (int channel : kept) {
      mean += gram[channel][channel] / n;
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        a[i][j] = gram[kept[i]][kept[j]] + (i == j ? 1e-3 * mean : 0);
      }
      for (int j = 0; j < 48; j++) {
        a[i][n] += gram[kept[i]][j] * w[j];
      }
    }
    for (int p = 0; p < n; p++) {
      int best = p;
      for (int i = p; i < n; i++) {
        best = Math.abs(a[i][p]) > Math.abs(a[best][p]) ? i : best;
      }
      double[] swap = a[p];
      a[p] = a[best];
      a[best] = swap;
      for (int i = 0; i < n; i++) {
        double factor = i == p ? 0 : a[i][p] / a[p][p];
        for (int j = p; j <= n; j++) {
          a[i][j] -= factor * a[p][j];
        }
      }
    }
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = a[i][n] / a[i][i];
    }
    return x;
  }
}
