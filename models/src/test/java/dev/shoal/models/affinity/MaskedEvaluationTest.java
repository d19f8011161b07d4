package dev.shoal.models.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.models.Progress;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.engine.Device;
import dev.shoal.models.evaluation.Nll;
import dev.shoal.models.evaluation.Perplexity;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.llama.LlamaCheckpoint;
import dev.shoal.models.llama.NaiveLlama;
import dev.shoal.models.llama.TinyModels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Masked evaluation")
class MaskedEvaluationTest {

  private static final int[][] WINDOWS = TinyModels.windows(3, 10, 5);
  private static final int[][] KEPT = {{0, 3, 4, 30, 47}, {1, 2, 20, 21, 46}};

  @TempDir private Path folder;

  @Test
  @DisplayName("scores as the model whose other channels are really gone, with its bias")
  void pruned() {
    float[][] bias = new float[2][32];
    Arrays.fill(bias[0], 0.25f);
    bias[1][7] = -3;
    NaiveLlama naive = new NaiveLlama(TinyModels.config(false), TinyModels.weights(1));
    NaiveLlama.Ffn cut =
        (layer, n) -> {
          double[] h = naive.channels(layer, n);
          double[] left = new double[48];
          for (int j : KEPT[layer]) {
            left[j] = h[j];
          }
          double[] y = down(layer, left);
          for (int i = 0; i < 32; i++) {
            y[i] += bias[layer][i];
          }
          return y;
        };
    double expected = 0;
    for (int[] window : WINDOWS) {
      expected += naive.nll(window, cut);
    }
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      Nll nll = MaskedEvaluation.evaluate(model, KEPT, bias, List.of(WINDOWS), Progress.NONE);
      assertThat(nll.tokens()).isEqualTo(27);
      // 27 terms of about 5, float32
      assertThat(nll.sum()).isCloseTo(expected, within(1e-3));
    }
  }

  @Test
  @DisplayName("scores bit for bit as the narrow checkpoint, written, read and evaluated")
  void narrowCheckpoint() {
    try (DenseModel dense = TinyModels.dense(1, Device.cpu())) {
      try (DenseModel cut = dense.pruned(KEPT, null)) {
        LlamaCheckpoint.write(cut, folder, TensorDtype.F32);
      }
      try (DenseModel narrow = DenseModel.load(folder, Device.cpu())) {
        assertThat(narrow.values(1, DenseTensor.GATE)).hasSize(5 * 32);
        Nll masked = MaskedEvaluation.evaluate(dense, KEPT, null, List.of(WINDOWS), Progress.NONE);
        assertThat(Perplexity.total(narrow.nll(WINDOWS))).isEqualTo(masked);
      }
    }
  }

  @Test
  @DisplayName("scores as the dense model when everything is kept")
  void everything() {
    int[] all = new int[48];
    Arrays.setAll(all, i -> i);
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      List<Nll> row =
          MaskedEvaluation.row(
              model,
              new int[][] {all, all},
              null,
              List.of(List.of(WINDOWS), List.of(WINDOWS[0])),
              Progress.NONE);
      assertThat(row.get(0).sum())
          .isEqualTo(model.nll(WINDOWS).stream().mapToDouble(Nll::sum).sum());
      assertThat(row.get(1).tokens()).isEqualTo(9);
    }
  }

  @Test
  @DisplayName("leaves the dense model as it was")
  void borrowed() {
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      float[] before = model.logits(WINDOWS[0]);
      int arrays = model.manager().getManagedArrays().size();
      MaskedEvaluation.evaluate(model, KEPT, null, List.of(WINDOWS), Progress.NONE);
      assertThat(model.logits(WINDOWS[0])).containsExactly(before);
      assertThat(model.manager().getManagedArrays()).hasSize(arrays);
    }
  }

  @Test
  @DisplayName("refuses channels out of order, out of range or of unequal number")
  void refuses() {
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      assertThatThrownBy(() -> model.pruned(new int[][] {{0, 1}, {5, 3}}, null))
          .hasMessage("layer 1 keeps channel 3; channels must ascend and be below 48");
      assertThatThrownBy(() -> model.pruned(new int[][] {{0, 1}, {5}}, null))
          .hasMessage("layer 1 keeps 1 channels; it must keep as many as layer 0, at least one");
      assertThatThrownBy(() -> model.pruned(new int[][] {{0, 1}}, null))
          .hasMessage("kept channels are given for 1 layers; the model has 2");
    }
  }

  private static double[] down(int layer, double[] h) {
    String name = "model.layers." + layer + ".mlp.down_proj.weight";
    return NaiveLlama.times(TinyModels.weights(1).values(name, new long[] {32, 48}), h);
  }
}
