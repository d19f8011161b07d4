package dev.shoal.worker.runs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.shoal.workflows.Progress;
import dev.shoal.workflows.Progress.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Watching on a terminal")
class StageBarsTest {

  private final StageBars bars = new StageBars();

  private static PendingActivity at(String stage, double step, double total) {
    JsonNode heartbeat =
        JsonNodeFactory.instance.objectNode().put("step", step).put("totalSteps", total);
    return new PendingActivity("", stage, true, 1, Optional.of(heartbeat), "");
  }

  private List<String> drawn(int columns, int rows, long second, PendingActivity... pending) {
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      stages.add(new Stage("tokenize · set" + i, i < 9 ? "COMPUTED" : "REUSED", ""));
    }
    for (int i = 0; i < 14; i++) {
      stages.add(new Stage("calibrate · set" + i, i < 4 ? "COMPUTED" : "RUNNING", ""));
    }
    stages.add(new Stage("train experts", "RUNNING", ""));
    stages.add(new Stage("export", "NEEDS_ATTENTION", "StorageUnavailable: no space\n at"));
    long nanos = TimeUnit.SECONDS.toNanos(second);
    List<StageBar> all = bars.of(new Progress("r", "RUNNING", stages), List.of(pending), nanos);
    return new BarDrawing(true, false)
        .lines(all, columns, rows).stream().map(AttributedString::toString).toList();
  }

  @Test
  @DisplayName("is a bar a stage, stages that differ in their data sharing one")
  void bars() {
    drawn(99, 40, 0, at("calibrate", 0, 8), at("train experts", 100, 1024));
    assertThat(
            drawn(
                99,
                40,
                60,
                at("calibrate", 4, 8),
                at("calibrate", 0, 8),
                at("train experts", 160, 1024)))
        .containsExactly(
            "✓ tokenize       ████████████████████      14/14  9 computed, 5 reused",
            "▸ calibrate      ██████▍░░░░░░░░░░░░░       4/14  2 running · 0.5/min · 19 min left",
            "▸ train experts  ███▏░░░░░░░░░░░░░░░░  160/1,024  1.0/s · 14 min left",
            "! export         ░░░░░░░░░░░░░░░░░░░░             StorageUnavailable: no space");
  }

  @Test
  @DisplayName("says what the activity itself knows of its speed, and why it is tried again")
  void speed() {
    JsonNode heartbeat =
        JsonNodeFactory.instance
            .objectNode()
            .put("phase", "train experts")
            .put("step", 120)
            .put("totalSteps", 1024)
            .put("loss", 2.3456)
            .put("tokensPerSecond", 12345.6)
            .put("etaSeconds", 754);
    assertThat(
            drawn(
                119,
                40,
                0,
                new PendingActivity("", "train experts", true, 2, Optional.of(heartbeat), "")))
        .contains(
            "▸ train experts  ██▎░░░░░░░░░░░░░░░░░  120/1,024  loss 2.346 · 12,346 tokens/s"
                + " · 12 min left · attempt 2");
    assertThat(
            drawn(
                99,
                40,
                1,
                new PendingActivity("", "train experts", false, 3, Optional.empty(), "timeout")))
        .contains(
            "▸ train experts  ░░░░░░░░░░░░░░░░░░░░         attempt 3 soon: timeout",
            "▸ calibrate      █████▋░░░░░░░░░░░░░░   4/14  waits for a worker");
  }

  @Test
  @DisplayName("is as wide and as high as the terminal; what is finished gives way")
  void size() {
    assertThat(drawn(39, 3, 0, at("train experts", 512, 1024)))
        .containsExactly(
            "✓ 1 more finished  █████████        1/1",
            "▸ calibrate        ██▌░░░░░░       4/14",
            "▸ train experts    ████▌░░░░  512/1,024");
  }
}
