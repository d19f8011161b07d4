package dev.shoal.models.moe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.models.Progress;
import dev.shoal.models.engine.Device;
import dev.shoal.models.evaluation.Nll;
import dev.shoal.models.llama.NaiveLlama;
import dev.shoal.models.llama.TinyModels;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The sparse model")
class MoeModelTest {

  private static final int[][] WINDOWS = TinyModels.windows(3, 14, 5);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  @DisplayName("mixes the chosen experts as loops over doubles do")
  void oracle(int perToken) {
    try (MoeModel sparse = TinyMoe.different(4, perToken, Device.cpu())) {
      NaiveLlama naive = new NaiveLlama(TinyModels.config(false), TinyModels.weights(1));
      double expected = 0;
      for (int[] window : WINDOWS) {
        expected += naive.nll(window, (layer, n) -> mixture(naive, sparse, layer, n));
      }
      double found = sparse.nll(WINDOWS).stream().mapToDouble(Nll::sum).sum();
      // 39 terms of about 5 in float32
      assertThat(found).isCloseTo(expected, within(1e-3));
    }
  }

  @Test
  @DisplayName("takes the lowest indices where router logits are equal")
  void ties() {
    try (MoeModel sparse = TinyMoe.different(4, 2, Device.cpu())) {
      for (int l = 0; l < 2; l++) {
        sparse.replace(MoeTensor.ROUTER.tensorName(l), new float[4 * 32], 4, 32);
      }
      MoeModel.Evaluation evaluation = sparse.evaluate(List.of(WINDOWS), Progress.NONE);
      List<Long> firstTwo = List.of(42L, 42L, 0L, 0L);
      assertThat(evaluation.use()).containsExactly(firstTwo, firstTwo);
    }
  }

  @Test
  @DisplayName("gives every token to one expert when it is told to")
  void oneExpert() {
    try (MoeModel sparse = TinyMoe.different(4, 1, Device.cpu())) {
      NaiveLlama naive = new NaiveLlama(TinyModels.config(false), TinyModels.weights(1));
      double expected = 0;
      for (int[] window : WINDOWS) {
        expected += naive.nll(window, (layer, n) -> expert(naive, 2, layer, n));
      }
      List<Nll> found = sparse.nllOf(2, List.of(WINDOWS), Progress.NONE);
      assertThat(found.stream().mapToDouble(Nll::sum).sum()).isCloseTo(expected, within(1e-3));
    }
  }

  @Test
  @DisplayName("counts every token K times in every layer")
  void use() {
    try (MoeModel sparse = TinyMoe.different(4, 2, Device.cpu())) {
      MoeModel.Evaluation evaluation = sparse.evaluate(List.of(WINDOWS), Progress.NONE);
      assertThat(evaluation.use().get(0).stream().mapToLong(Long::longValue).sum()).isEqualTo(84);
      assertThat(evaluation.windows()).isEqualTo(sparse.nll(WINDOWS));
    }
  }

  @Test
  @DisplayName("refuses more experts per token than there are")
  void refuses() {
    assertThatThrownBy(() -> new MoeSettings(4, 5, 0))
        .hasMessage(
            "experts per token is 5 of 4 experts; it must be at least 1 and at most all of them");
  }

  /** Top-k by sorting, softmax over the chosen, each expert as a mask over the dense channels. */
  private static double[] mixture(NaiveLlama naive, MoeModel sparse, int layer, double[] n) {
    float[] router = sparse.kernels().download(sparse.get(layer, MoeTensor.ROUTER));
    double[] z = NaiveLlama.times(router, n);
    Integer[] order = {0, 1, 2, 3};
    Arrays.sort(order, (a, b) -> Double.compare(z[b], z[a]));
    double total = 0;
    for (int i = 0; i < sparse.expertsPerToken(); i++) {
      total += Math.exp(z[order[i]]);
    }
    double[] y = new double[32];
    for (int i = 0; i < sparse.expertsPerToken(); i++) {
      double[] part = expert(naive, order[i], layer, n);
      for (int o = 0; o < 32; o++) {
        y[o] += part[o] * Math.exp(z[order[i]]) / total;
      }
    }
    return y;
  }

  /** One expert as a mask over the dense channels. */
  private static double[] expert(NaiveLlama naive, int expert, int layer, double[] n) {
    String name = "model.layers." + layer + ".mlp.down_proj.weight";
    float[] down = TinyModels.weights(1).values(name, new long[] {32, 48});
    double[] h = naive.channels(layer, n);
    double[] left = new double[48];
    for (int j : TinyMoe.kept(4, 20, 7)[expert][layer]) {
      left[j] = h[j];
    }
    return NaiveLlama.times(down, left);
  }
}
