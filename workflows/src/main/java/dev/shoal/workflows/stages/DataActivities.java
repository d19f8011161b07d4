package dev.shoal.workflows.stages;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.request.Dataset;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** Text becomes token ids. */
@ActivityInterface
public interface DataActivities {

  /**
   * Tokenizes one data set into a training and an evaluation part that never overlap.
   *
   * <p>Idempotent: a finished computation is returned. Heartbeats documents; a retry starts again.
   * Fails as {@code InvalidInput} when a document cannot be read or a part is too short.
   */
  @ActivityMethod(name = "tokenize")
  StageOutcome tokenize(Task task);

  /**
   * What to tokenize.
   *
   * @param run for whom
   * @param model whose tokenizer
   * @param dataset entry of the request
   * @param corpus the text
   * @param trainTokens least tokens the training part must hold
   * @param evalTokens least tokens the evaluation part must hold
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Task(
      RunRef run,
      ArtifactRef model,
      Dataset dataset,
      Corpus corpus,
      long trainTokens,
      long evalTokens) {}
}
