package dev.shoal.models.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Python's generator")
class PythonRandomTest {

  @Test
  @DisplayName(
      "draws the samples and numbers of CPython, by pool and by set, for short and long seeds")
  void drawsAsPython() {
    for (JsonNode fixture : HarnessFixture.read("random")) {
      PythonRandom random = new PythonRandom(fixture.get("seed").longValue());
      for (JsonNode drawn : fixture.get("drawn")) {
        assertThat(random.sample(fixture.get("population").intValue(), drawn.size()))
            .isEqualTo(HarnessFixture.integers(drawn));
      }
      assertThat(random.random()).isEqualTo(fixture.get("next").doubleValue());
    }
  }
}
