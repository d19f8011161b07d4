package dev.shoal.models.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.llama.TinyModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Generated text")
class GeneratedTextTest {

  /** Ids are bytes of UTF-8; a space at the beginning is dropped, as Llama's decoder does. */
  private static String bytes(int[] ids) {
    byte[] bytes = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.startsWith(" ") ? text.substring(1) : text;
  }

  private static int[] ids(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[bytes.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = bytes[i] & 0xff;
    }
    return ids;
  }

  @Test
  @DisplayName("is shown in whole characters, with the space between prompt and text")
  void stream() {
    TextStream stream = new TextStream(GeneratedTextTest::bytes, ids("go"));
    List<String> pieces = new ArrayList<>();
    for (int id : ids(" ü €🐟.")) {
      pieces.add(stream.add(id));
    }
    assertThat(pieces).containsExactly(" ", "", "ü", " ", "", "", "€", "", "", "", "🐟", ".");
    assertThat(stream.rest()).isEmpty();
  }

  @Test
  @DisplayName("that breaks off within a character ends in a replacement character")
  void brokenOff() {
    TextStream stream = new TextStream(GeneratedTextTest::bytes, new int[0]);
    assertThat(stream.add('a')).isEqualTo("a");
    assertThat(stream.add(0xc3)).isEmpty();
    assertThat(stream.rest()).isEqualTo("\uFFFD");
  }

  @Test
  @DisplayName("holds back what may become an until string, and ends before it")
  void until() {
    StopStrings text = new StopStrings(List.of("Question:", "\n\n"));
    assertThat(text.add("4\n")).isEqualTo("4");
    assertThat(text.add("Ques")).isEqualTo("\n");
    assertThat(text.add("t")).isEmpty();
    assertThat(text.add("or Qu")).isEqualTo("Questor ");
    assertThat(text.found()).isFalse();
    assertThat(text.add("estion: 5")).isEmpty();
    assertThat(text.found()).isTrue();
    assertThat(text.rest()).isEmpty();
  }

  @Test
  @DisplayName("is cut before the first until string, which may span tokens")
  void cut() {
    int[] prompt = TinyModels.windows(1, 8, 5)[0];
    try (LanguageModel model = TinyModels.dense(1, Device.cpu());
        Generator generator = new Generator(model, GeneratorTest::numbers)) {
      Generated full =
          generator.generate(prompt, GenerationSettings.greedy(20, List.of()), piece -> {});
      String until = full.ids().get(3) + " " + full.ids().get(4);
      StringBuilder shown = new StringBuilder();
      Generated found =
          generator.generate(
              prompt,
              new GenerationSettings(20, Sampling.GREEDY, List.of(), List.of(until)),
              shown::append);
      assertThat(found.stop()).isEqualTo(StopReason.UNTIL);
      assertThat(found.text()).isEqualTo(full.text().substring(0, full.text().indexOf(until)));
      assertThat(shown).hasToString(" " + found.text());
      assertThat(found.ids()).isEqualTo(full.ids().subList(0, found.ids().size()));
    }
  }

  @Test
  @DisplayName("ends at the ids of generation_config.json, or of config.json where it has none")
  void endTokens(@TempDir Path folder) throws IOException {
    assertThat(EndTokens.of(folder)).isEmpty();
    Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": 2}");
    assertThat(EndTokens.of(folder)).containsExactly(2);
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [4, 9]}");
    assertThat(EndTokens.of(folder)).containsExactly(4, 9);
    Files.writeString(folder.resolve("generation_config.json"), "{}");
    assertThat(EndTokens.of(folder)).containsExactly(2);
  }
}
