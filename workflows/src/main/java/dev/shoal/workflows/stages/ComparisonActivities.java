package dev.shoal.workflows.stages;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.shoal.workflows.ComparisonResult;
import dev.shoal.workflows.ReconstructionResult;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;

/** Looks at everything that a comparison names before any work is done, and records its end. */
@ActivityInterface
public interface ComparisonActivities {

  /**
   * Inspects the request of every run and opens the comparison's own row.
   *
   * <p>Idempotent: the same execution always gets the same row. Heartbeats while it reads files.
   * Fails as {@code InvalidInput} with the mistakes of all variations at once.
   */
  @ActivityMethod(name = "inspectComparison")
  Inspection inspectComparison(Task task);

  /** Records the comparison as succeeded; repeating it changes nothing. */
  @ActivityMethod(name = "concludeComparison")
  ComparisonResult concludeComparison(Conclusion conclusion);

  /**
   * What to inspect.
   *
   * @param requestJson the comparison as the user wrote it
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Task(String requestJson) {}

  /**
   * What was found.
   *
   * @param run the comparison's row
   * @param name the comparison's name
   * @param model that all runs begin from
   * @param members the runs
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Inspection(RunRef run, String name, String model, List<Member> members) {}

  /**
   * One run.
   *
   * @param name the run's
   * @param requestJson what it asks for
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Member(String name, String requestJson) {}

  /**
   * What a finished comparison made.
   *
   * @param run the comparison's row
   * @param name the comparison's name
   * @param runs what they gave
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Conclusion(RunRef run, String name, List<ReconstructionResult> runs) {}
}
