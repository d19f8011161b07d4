package dev.shoal.worker.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.activities.Scores;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The table of expert use")
class ExpertUseTableTest {

  @Test
  @DisplayName("has a row per data set, a share per expert, and warns of experts without a token")
  void rows() {
    Scores scores =
        new Scores(
            "trained",
            Map.of(),
            Map.of(),
            2,
            null,
            null,
            null,
            10,
            5,
            1,
            Map.of("news", List.of(0.25, 0.75)),
            List.of(0, 1, 0, 2));
    assertThat(ExpertUseTable.table(scores).lines())
        .anyMatch(line -> line.matches("use, trained +expert 0 +expert 1 *"))
        .anyMatch(line -> line.matches("news +25 % +75 % *"))
        .last()
        .isEqualTo(
            "No token of the evaluation text reached some experts of these layers: 1 (1), 3 (2);"
                + " they cost memory and do nothing. Fewer experts may serve as well;"
                + " training.losses.load_balance spreads tokens, but can cost perplexity.");
  }
}
