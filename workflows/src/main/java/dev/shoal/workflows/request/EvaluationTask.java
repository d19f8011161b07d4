package dev.shoal.workflows.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * A task every model is scored on, in the words of lm-evaluation-harness.
 *
 * @param name unique in the request
 * @param path JSON lines or Parquet, compressed or not: {@code context, choices, label}, {@code
 *     context, target} or {@code text}
 * @param outputType what is asked of the model; without it, decided by the fields of the rows
 * @param numFewshot examples in front of each item
 * @param fewshotPath where examples are drawn from; without it, the task itself
 * @param addBos whether a text begins with the begin token; without it, as the tokenizer says
 */
@JsonNaming(SnakeCaseStrategy.class)
public record EvaluationTask(
    String name,
    String path,
    @OptionalField OutputType outputType,
    Integer numFewshot,
    @OptionalField String fewshotPath,
    @OptionalField Boolean addBos) {

  /** Defaults of one entry; they are not part of a recipe because a list has no place for them. */
  public EvaluationTask {
    numFewshot = numFewshot == null ? Integer.valueOf(0) : numFewshot;
  }

  /** The same task in files elsewhere. */
  public EvaluationTask at(String file, String fewshotFile) {
    return new EvaluationTask(name, file, outputType, numFewshot, fewshotFile, addBos);
  }

  /** What is asked of the model. */
  public enum OutputType {
    /** Which choice is the likeliest. */
    @JsonProperty("multiple_choice")
    MULTIPLE_CHOICE,
    /** How likely the target is. */
    @JsonProperty("loglikelihood")
    LOGLIKELIHOOD,
    /** How likely the text is. */
    @JsonProperty("loglikelihood_rolling")
    LOGLIKELIHOOD_ROLLING,
    /** Whether what the model writes is the target. */
    @JsonProperty("generate_until")
    GENERATE_UNTIL
  }
}
