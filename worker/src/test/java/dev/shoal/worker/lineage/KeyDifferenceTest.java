package dev.shoal.worker.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Two keys")
class KeyDifferenceTest {

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }

  @Test
  @DisplayName("differ field by field: changed, only here, only there, in lists, inputs by role")
  void fields() throws Exception {
    JsonNode here =
        json(
            """
            {'stage': 'train', 'settings': {'steps': 2, 'lora': {'r': 8}, 'sets': [1, 2], 'a': {}},
             'inputs': [{'role': 'dense', 'sha256': 'd'}, {'role': 'expert', 'sha256': 'x'},
                        {'role': 'expert', 'sha256': 'y'}]}
            """);
    JsonNode there =
        json(
            """
            {'settings': {'steps': 3, 'lora': {'r': 8}, 'sets': [1]}, 'stage': 'train',
             'inputs': [{'role': 'expert', 'sha256': 'x'}, {'role': 'dense', 'sha256': 'd'}],
             'device': 'cuda'}
            """);
    assertThat(KeyDifference.between(here, there))
        .containsExactly(
            new KeyDifference("settings.steps", "2", "3"),
            new KeyDifference("settings.sets[1]", "2", null),
            new KeyDifference("settings.a", "{}", null),
            new KeyDifference("input expert 2", "y", null),
            new KeyDifference("device", null, "cuda"));
    assertThat(KeyDifference.between(here, here)).isEmpty();
  }
}
