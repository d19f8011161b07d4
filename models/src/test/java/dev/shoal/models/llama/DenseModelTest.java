package dev.shoal.models.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.models.Progress;
import dev.shoal.models.checkpoint.SafetensorsFile;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.engine.Device;
import dev.shoal.models.evaluation.Nll;
import dev.shoal.models.evaluation.Perplexity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The dense model")
class DenseModelTest {

  private static final Path PICO = Path.of("src/test/resources/pico-llama");

  @Test
  @DisplayName("computes the logits and the loss that transformers computes")
  void parity() {
    try (DenseModel model = DenseModel.load(PICO, Device.cpu());
        SafetensorsFile reference = SafetensorsFile.open(PICO.resolve("reference.safetensors"))) {
      int[] ids = reference.ints("ids");
      float[] logits = model.logits(ids);
      float[] expected = reference.floats("logits");
      // Both in float32 over 2 layers; logits reach 10, so this is a few units in the last place.
      assertThat(largestDifference(logits, expected)).isLessThan(2e-5);
      double mean = model.nll(new int[][] {ids}).get(0).mean();
      assertThat(mean).isCloseTo(reference.doubles("mean_nll")[0], within(1e-5));
    }
  }

  @Test
  @DisplayName("computes what loops over doubles compute")
  void oracle() {
    NaiveLlama naive = new NaiveLlama(TinyModels.config(false), TinyModels.weights(1));
    int[] ids = TinyModels.windows(1, 12, 3)[0];
    double[][] expected = naive.logits(ids, naive::ffn);
    try (DenseModel model = TinyModels.dense(1, TinyModels.DOUBLE)) {
      float[] logits = model.logits(ids);
      for (int s = 0; s < ids.length; s++) {
        for (int v = 0; v < 97; v++) {
          // Angles are float32 on purpose, and results are handed out as float32.
          assertThat((double) logits[s * 97 + v]).isCloseTo(expected[s][v], within(2e-5));
        }
      }
    }
  }

  @Test
  @DisplayName("scores every window alone, however windows are batched")
  void batching() {
    int[][] windows = TinyModels.windows(5, 16, 4);
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      List<Nll> together = model.nll(windows);
      List<Nll> mixed = new ArrayList<>();
      for (int[] window : windows) {
        mixed.addAll(model.nll(new int[][] {window, Arrays.copyOf(window, 5)}).subList(0, 1));
      }
      for (int i = 0; i < 5; i++) {
        assertThat(together.get(i).tokens()).isEqualTo(15);
        // 15 terms of about 5 in float32
        assertThat(together.get(i).sum()).isCloseTo(mixed.get(i).sum(), within(1e-4));
      }
      assertThat(Perplexity.total(together).tokens()).isEqualTo(75);
    }
  }

  @Test
  @DisplayName("uses the embedding as its head where the two are tied")
  void tied() {
    try (DenseModel model =
        DenseModel.of(TinyModels.config(true), TinyModels.weights(1), Device.cpu())) {
      assertThat(model.weights().head()).isSameAs(model.weights().embedding());
      assertThat(model.logits(new int[] {1, 2, 3})).hasSize(3 * 97);
    }
  }

  @Test
  @DisplayName("starts from the seed alone, and predicts nothing: perplexity about V")
  void initialize() {
    try (DenseModel a = DenseModel.initialize(TinyModels.config(false), 7, Device.cpu());
        DenseModel b = DenseModel.initialize(TinyModels.config(false), 7, Device.cpu());
        DenseModel c = DenseModel.initialize(TinyModels.config(false), 8, Device.cpu())) {
      int[] ids = {5, 6, 7, 8};
      assertThat(a.logits(ids)).containsExactly(b.logits(ids)).isNotEqualTo(c.logits(ids));
      Nll nll = Perplexity.total(a.nll(TinyModels.windows(8, 32, 1)));
      assertThat(nll.perplexity()).isCloseTo(97, within(5.0));
    }
  }

  @Test
  @DisplayName("is the same after writing and loading")
  void written(@TempDir Path folder) {
    int[] ids = {5, 6, 7, 8};
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      LlamaCheckpoint.write(model, folder, TensorDtype.F32);
      try (DenseModel loaded = DenseModel.load(folder, Device.cpu())) {
        assertThat(loaded.logits(ids)).containsExactly(model.logits(ids));
        assertThat(loaded.config()).isEqualTo(model.config());
      }
    }
  }

  @Test
  @DisplayName("leaves nothing behind on its manager")
  void leaks() {
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      model.nll(TinyModels.windows(4, 16, 1));
      int before = model.manager().getManagedArrays().size();
      model.nll(List.of(TinyModels.windows(40, 64, 1)), Progress.NONE);
      model.logits(new int[] {1, 2});
      assertThat(model.manager().getManagedArrays()).hasSize(before);
    }
  }

  @Test
  @DisplayName("stops where progress says so, and frees what it used")
  void cancelled() {
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      model.logits(new int[] {1, 2});
      int before = model.manager().getManagedArrays().size();
      Progress stop =
          (phase, done, total) -> {
            throw new IllegalStateException("stopped at %s %d of %d".formatted(phase, done, total));
          };
      List<int[]> windows = List.of(TinyModels.windows(80, 64, 1));
      assertThatThrownBy(() -> model.nll(windows, stop)).hasMessage("stopped at evaluate 32 of 80");
      assertThat(model.manager().getManagedArrays()).hasSize(before);
    }
  }

  @Test
  @DisplayName("refuses ids of another tokenizer and windows of impossible length")
  void refuses() {
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      assertThatThrownBy(() -> model.nll(new int[][] {{1, 97}}))
          .hasMessage(
              "a window holds token 97; the model's vocabulary is 0 to 96, so it was tokenized for another model");
      assertThatThrownBy(() -> model.nll(new int[][] {{1}}))
          .hasMessage(
              "a window has 1 tokens; it must have at least 2 and, for this model, at most 64");
    }
  }

  static double largestDifference(float[] a, float[] b) {
    double largest = a.length == b.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }
}
