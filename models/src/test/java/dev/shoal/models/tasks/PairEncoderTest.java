package dev.shoal.models.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.models.tokens.ModelTokenizer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Context and continuation")
class PairEncoderTest {

  @Test
  @DisplayName(
      "get the ids of the harness, with begin by the tokenizer's template, always and never")
  void idsOfTheHarness() {
    try (ModelTokenizer tokenizer = ModelTokenizer.open(HarnessFixture.SAMPLE)) {
      for (JsonNode fixture : HarnessFixture.read("pairs")) {
        Bos bos =
            fixture.get("bos").isNull()
                ? Bos.TOKENIZER
                : fixture.get("bos").booleanValue() ? Bos.ALWAYS : Bos.NEVER;
        PairEncoder.EncodedPair pair =
            encode(
                new PairEncoder(tokenizer, bos),
                fixture.get("context").textValue(),
                fixture.get("continuation").textValue());
        assertThat(pair.context())
            .as("%s", fixture)
            .containsExactly(
                HarnessFixture.integers(fixture.get("context_ids")).toArray(Integer[]::new));
        assertThat(pair.continuations().get(0))
            .as("%s", fixture)
            .containsExactly(HarnessFixture.integers(fixture.get("ids")).toArray(Integer[]::new));
      }
    }
  }

  @Test
  @DisplayName("are preceded by the prefix token where the context is nothing but white space")
  void blankContext() {
    try (ModelTokenizer tokenizer = ModelTokenizer.open(HarnessFixture.SAMPLE)) {
      PairEncoder.EncodedPair pair = encode(new PairEncoder(tokenizer, Bos.NEVER), " ", "the cat");
      assertThat(pair.context()).containsExactly(1);
      assertThat(pair.continuations().get(0)).containsExactly(276, 283, 285);
    }
  }

  private static PairEncoder.EncodedPair encode(
      PairEncoder encoder, String context, String continuation) {
    return encoder.encode(List.of(new PairEncoder.Pair(context, List.of(continuation)))).get(0);
  }
}
