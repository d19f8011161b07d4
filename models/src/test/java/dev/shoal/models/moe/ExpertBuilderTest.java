package dev.shoal.models.moe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.models.Progress;
import dev.shoal.models.calibration.CalibrationPass;
import dev.shoal.models.calibration.ChannelSpread;
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
      ChannelSpread second = groups.get(1).statistics();
      float[] down =
          TinyModels.weights(1).values(DenseTensor.DOWN.tensorName(1), new long[] {32, 48});
      int[] kept = ChannelSelection.top(ImportanceScore.wifv(second.variance(1), down, 32), 20);
      assertThat(experts.kept(1, 1)).isEqualTo(kept);
      assertThat(experts.bias(1, 1)).isEqualTo(MeanBias.of(second.mean(1), down, 32, kept));
      assertThat(experts.kept(0, 1)).isNotEqualTo(kept);
      assertThatThrownBy(() -> experts.own(MoeTensor.DOWN, 0, 0))
          .hasMessage(
              "experts with compensation BIAS have no down of their own; it is a cut of the dense one");
    }
  }

  @Test
  @DisplayName("folds by the ridge regression that QR of the activations themselves finds")
  void fold() {
    List<double[]> channels = channelsOfSecondGroup();
    try (DenseModel model = TinyModels.dense(1, TinyModels.DOUBLE)) {
      ExpertBuilder.Settings settings = new ExpertBuilder.Settings(20, Compensation.FOLD, PLENTY);
      ExpertBuilder.build(model, groups(), settings, folder, Progress.NONE);
      try (ExpertSet experts = ExpertSet.load(folder)) {
        float[] down = model.values(1, DenseTensor.DOWN);
        double[][] expected = ridge(channels, experts.kept(1, 1), down);
        float[] folded = experts.own(MoeTensor.DOWN, 1, 1);
        for (int i = 0; i < folded.length; i++) {
          // The rotary table and the result are float32; weights reach 1.
          assertThat((double) folded[i]).isCloseTo(expected[i / 20][i % 20], within(1e-6));
        }
      }
    }
  }

  @Test
  @DisplayName("finds the same with memory for one layer at a time")
  void rounds() {
    try (ExpertSet ample = build(Compensation.FOLD, PLENTY)) {
      float[] expected = ample.own(MoeTensor.DOWN, 0, 1);
      try (ExpertSet tight = build(Compensation.FOLD, 1)) {
        assertThat(tight.own(MoeTensor.DOWN, 0, 1)).isEqualTo(expected);
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

  private static List<double[]> channelsOfSecondGroup() {
    List<double[]> channels = new ArrayList<>();
    NaiveLlama naive = new NaiveLlama(TinyModels.config(false), TinyModels.weights(1));
    for (int[] window : windows(1)) {
      naive.logits(
          window,
          (layer, n) -> {
            if (layer == 1) {
              channels.add(naive.channels(layer, n));
            }
            return naive.ffn(layer, n);
          });
    }
    return channels;
  }

  /**
   * Least squares of [h_K; sqrt(lambda) I] W'^T = [h Wd^T; 0] by modified Gram-Schmidt: no product
   * of activations with each other is ever formed. [H][C]
   */
  private static double[][] ridge(List<double[]> channels, int[] kept, float[] down) {
    int n = kept.length;
    int tokens = channels.size();
    double[][] q = new double[n][tokens + n]; // columns
    double[][] target = new double[32][tokens + n];
    double squares = 0;
    for (int t = 0; t < tokens; t++) {
      double[] dense = NaiveLlama.times(down, channels.get(t));
      for (int row = 0; row < 32; row++) {
        target[row][t] = dense[row];
      }
      for (int i = 0; i < n; i++) {
        q[i][t] = channels.get(t)[kept[i]];
        squares += q[i][t] * q[i][t];
      }
    }
    for (int i = 0; i < n; i++) {
      q[i][tokens + i] = Math.sqrt(1e-3 * squares / n);
    }
    double[][] r = orthogonalize(q);
    double[][] solution = new double[32][n];
    for (int row = 0; row < 32; row++) {
      for (int i = n - 1; i >= 0; i--) {
        double sum = dot(q[i], target[row]);
        for (int j = i + 1; j < n; j++) {
          sum -= r[i][j] * solution[row][j];
        }
        solution[row][i] = sum / r[i][i];
      }
    }
    return solution;
  }

  /** Makes the columns orthonormal; what they were is q r. */
  private static double[][] orthogonalize(double[][] q) {
    double[][] r = new double[q.length][q.length];
    for (int i = 0; i < q.length; i++) {
      r[i][i] = Math.sqrt(dot(q[i], q[i]));
      for (int t = 0; t < q[i].length; t++) {
        q[i][t] /= r[i][i];
      }
      for (int j = i + 1; j < q.length; j++) {
        r[i][j] = dot(q[i], q[j]);
        for (int t = 0; t < q[i].length; t++) {
          q[j][t] -= r[i][j] * q[i][t];
        }
      }
    }
    return r;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
