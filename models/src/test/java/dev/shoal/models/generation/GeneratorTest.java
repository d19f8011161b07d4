package dev.shoal.models.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.models.checkpoint.SafetensorsFile;
import dev.shoal.models.engine.Device;
import dev.shoal.models.export.SparseCheckpoint;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.TinyMoe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Generation")
class GeneratorTest {

  private static final Path FIXTURES = Path.of("src/test/resources/pico-families");

  /** Every id is a word: its number. */
  static String numbers(int[] ids) {
    return Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }

  private static List<Integer> recomputed(LanguageModel model, int[] prompt, int count) {
    int[] ids = prompt;
    int vocabulary = model.config().vocabSize();
    List<Integer> written = new ArrayList<>();
    while (written.size() < count) {
      float[] logits = model.logits(ids);
      int last = (ids.length - 1) * vocabulary;
      int best = 0;
      for (int v = 1; v < vocabulary; v++) {
        best = logits[last + v] > logits[last + best] ? v : best;
      }
      written.add(best);
      ids = Arrays.copyOf(ids, ids.length + 1);
      ids[ids.length - 1] = best;
    }
    return written;
  }

  private static void agrees(LanguageModel model) {
    List<int[]> prompts = new ArrayList<>();
    for (int length : new int[] {2, 9, 5, 30, 9}) {
      prompts.add(TinyModels.windows(1, length, length)[0]);
    }
    try (model;
        Generator generator = new Generator(model, GeneratorTest::numbers)) {
      GenerationSettings settings = GenerationSettings.greedy(24, List.of());
      List<Generated> together = generator.generate(prompts, settings, Generator.Listener.NONE);
      for (int i = 0; i < prompts.size(); i++) {
        List<Integer> expected = recomputed(model, prompts.get(i), 24);
        assertThat(together.get(i).ids()).isEqualTo(expected);
        assertThat(generator.generate(prompts.get(i), settings, piece -> {}).ids())
            .isEqualTo(expected);
      }
    }
  }

  @Test
  @DisplayName("with a cache says what a dense model with grouped heads says without one")
  void dense() {
    agrees(TinyModels.dense(1, Device.cpu()));
  }

  @Test
  @DisplayName("with a cache says what a mixture says without one, with one expert per token")
  void oneExpert() {
    agrees(TinyMoe.different(3, 1, Device.cpu()));
  }

  @Test
  @DisplayName("with a cache says what a mixture says without one, with two experts per token")
  void twoExperts() {
    agrees(TinyMoe.different(3, 2, Device.cpu()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"llama", "llama-llama3", "mistral", "qwen2", "qwen3", "mixtral", "qwen2_moe"})
  @DisplayName("says the 64 tokens that transformers says, of every family")
  void parity(String family) {
    Path fixture = FIXTURES.resolve(family);
    try (LanguageModel model = load(fixture);
        Generator generator = new Generator(model, GeneratorTest::numbers);
        SafetensorsFile reference =
            SafetensorsFile.open(fixture.resolve("reference.safetensors"))) {
      int[] prompt = Arrays.copyOf(reference.ints("ids"), 16);
      int[] expected = reference.ints("greedy");
      GenerationSettings settings = GenerationSettings.greedy(expected.length, List.of());
      Generated found = generator.generate(prompt, settings, piece -> {});
      assertThat(found.ids()).isEqualTo(Arrays.stream(expected).boxed().toList());
      assertThat(found.text()).isEqualTo(numbers(expected));
    }
  }

  private static LanguageModel load(Path fixture) {
    return SparseCheckpoint.isOne(fixture)
        ? SparseCheckpoint.load(fixture, Device.cpu())
        : DenseModel.load(fixture, Device.cpu());
  }

  @Test
  @DisplayName("ends at an end token, which counts, at the asked number, and at the last position")
  void ends() {
    int[] prompt = TinyModels.windows(1, 50, 3)[0];
    try (LanguageModel model = TinyModels.dense(1, Device.cpu());
        Generator generator = new Generator(model, GeneratorTest::numbers)) {
      Generated full =
          generator.generate(prompt, GenerationSettings.greedy(99, List.of()), piece -> {});
      assertThat(full.ids()).hasSize(64 - 50);
      assertThat(full.stop()).isEqualTo(StopReason.POSITIONS);
      Generated three =
          generator.generate(prompt, GenerationSettings.greedy(3, List.of()), piece -> {});
      assertThat(three.ids()).isEqualTo(full.ids().subList(0, 3));
      assertThat(three.stop()).isEqualTo(StopReason.MAX_NEW_TOKENS);
      int end = full.ids().get(5);
      Generated ended =
          generator.generate(prompt, GenerationSettings.greedy(99, List.of(96, end)), piece -> {});
      assertThat(ended.ids()).isEqualTo(full.ids().subList(0, full.ids().indexOf(end) + 1));
      assertThat(ended.stop()).isEqualTo(StopReason.EOS);
    }
  }

  @Test
  @DisplayName("goes on with the others when some texts have ended")
  void endsApart() {
    List<int[]> prompts = List.of(TinyModels.windows(6, 8, 5));
    try (LanguageModel model = TinyModels.dense(1, Device.cpu());
        Generator generator = new Generator(model, GeneratorTest::numbers)) {
      List<Integer> last = recomputed(model, prompts.get(5), 20);
      GenerationSettings settings = GenerationSettings.greedy(20, List.of(last.get(2), 7, 11));
      List<Generated> together = generator.generate(prompts, settings, Generator.Listener.NONE);
      for (int i = 0; i < 6; i++) {
        Generated alone = generator.generate(prompts.get(i), settings, piece -> {});
        assertThat(together.get(i)).isEqualTo(alone);
      }
      assertThat(together.get(5).ids().size()).isLessThanOrEqualTo(3);
      assertThat(together).extracting(Generated::stop).contains(StopReason.MAX_NEW_TOKENS);
    }
  }

  @Test
  @DisplayName("leaves nothing behind on the model's manager")
  void leaks() {
    try (LanguageModel model = TinyModels.dense(1, Device.cpu());
        Generator generator = new Generator(model, GeneratorTest::numbers)) {
      GenerationSettings settings = GenerationSettings.greedy(5, List.of());
      generator.generate(new int[] {1, 2}, settings, piece -> {});
      int before = model.manager().getManagedArrays().size();
      generator.generate(List.of(TinyModels.windows(3, 8, 5)), settings, Generator.Listener.NONE);
      assertThat(model.manager().getManagedArrays()).hasSize(before);
    }
  }

  @Test
  @DisplayName("refuses prompts without room and of another tokenizer")
  void refuses() {
    try (LanguageModel model = TinyModels.dense(1, Device.cpu());
        Generator generator = new Generator(model, GeneratorTest::numbers)) {
      GenerationSettings settings = GenerationSettings.greedy(5, List.of());
      assertThatThrownBy(() -> generator.generate(new int[64], settings, piece -> {}))
          .hasMessage(
              "a prompt has 64 tokens; it must have at least 1 and, for this model, at most 63");
      assertThatThrownBy(() -> generator.generate(new int[] {97}, settings, piece -> {}))
          .hasMessage(
              "a prompt holds token 97; the model's vocabulary is 0 to 96, so it was tokenized for another model");
    }
  }
}
