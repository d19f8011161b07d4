package dev.shoal.models.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A grouping")
class GroupingTest {

  /** Maths and physics serve each other, and so do law and patents; poems nobody. */
  private static final Affinity FIVE =
      Affinity.of(
          List.of("law", "maths", "poems", "patents", "physics"),
          new double[][] {
            {10, 30, 60, 11, 31},
            {25, 10, 60, 26, 12},
            {40, 40, 20, 40, 40},
            {11, 32, 61, 10, 30},
            {26, 12, 60, 25, 10},
          });

  @Test
  @DisplayName("puts data sets with alike profiles together, in the order of their names")
  void groups() {
    assertThat(Grouping.of(FIVE, 3).groups())
        .containsExactly(List.of("law", "patents"), List.of("maths", "physics"), List.of("poems"));
  }

  @Test
  @DisplayName("of as many groups as data sets gives each its own expert")
  void singletons() {
    assertThat(Grouping.of(FIVE, 5).groups()).allMatch(group -> group.size() == 1).hasSize(5);
    assertThat(Grouping.of(FIVE, 1).groups())
        .singleElement()
        .satisfies(g -> assertThat(g).hasSize(5));
  }

  @Test
  @DisplayName("says what each choice was and why")
  void reasons() {
    Grouping grouping = Grouping.of(FIVE, 5);
    assertThat(grouping.reasons())
        .hasSize(6)
        .allMatch(line -> !line.contains("\n"))
        .contains("diagonal: 5 of 5 data sets are best served by their own calibration");
    assertThat(grouping.reasons().get(5))
        .startsWith("groups: 5, one per expert; nothing joined, the next would be at 0.0");
    assertThat(Grouping.of(FIVE, 1).reasons().get(5)).endsWith("nothing left to join");
  }

  @Test
  @DisplayName("refuses fewer data sets than experts")
  void tooFew() {
    assertThatThrownBy(() -> Grouping.of(FIVE, 8))
        .hasMessage(
            "experts.num_experts: 8 experts need as many data sets, but there are 5 (law, maths, poems, patents, physics); ask for at most 5 experts, add data sets, or build experts by tokens");
    assertThatThrownBy(() -> Grouping.of(FIVE, 0))
        .hasMessage("experts.num_experts: 0; at least 1 is needed");
  }

  @Test
  @DisplayName("and its affinity survive a round trip through JSON")
  void json() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    Grouping grouping = Grouping.of(FIVE, 3);
    assertThat(json.readValue(json.writeValueAsString(grouping), Grouping.class))
        .isEqualTo(grouping);
    assertThat(json.readValue(json.writeValueAsString(FIVE), Affinity.class)).isEqualTo(FIVE);
  }
}
