package dev.shoal.workflows.stages;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Duration;
import java.util.Locale;

/**
 * How far a training stage is, told to the run when a checkpoint is recorded.
 *
 * @param stage as in the table of stages
 * @param step optimizer steps done
 * @param totalSteps optimizer steps in all
 * @param loss of that step
 * @param tokensPerSecond speed since this attempt began
 * @param secondsLeft estimated
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrainingProgress(
    String stage,
    long step,
    long totalSteps,
    double loss,
    double tokensPerSecond,
    double secondsLeft) {

  /** One line for people. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "step %,d of %,d, loss %.3f, %,.0f tokens/s, %s left, as of the last checkpoint",
        step,
        totalSteps,
        loss,
        tokensPerSecond,
        left());
  }

  private String left() {
    Duration left = Duration.ofSeconds(Math.round(secondsLeft));
    if (left.toHours() > 0) {
      return "%d h %d min".formatted(left.toHours(), left.toMinutesPart());
    }
    return left.toMinutes() > 0 ? left.toMinutes() + " min" : left.toSeconds() + " s";
  }
}
