package dev.shoal.workflows.request;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * How models are judged.
 *
 * @param windows the first windows of each data set's evaluation text; fewer where it is shorter
 * @param windowTokens tokens in a window
 * @param tasks what every model is scored on besides
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Evaluation(Integer windows, Integer windowTokens, List<EvaluationTask> tasks) {

  /** Keeps its own copy. */
  public Evaluation {
    tasks = tasks == null ? List.of() : List.copyOf(tasks);
  }

  /** The same windows with other tasks. */
  public Evaluation with(List<EvaluationTask> others) {
    return new Evaluation(windows, windowTokens, others);
  }
}
