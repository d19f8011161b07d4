package dev.shoal.workflows;

import io.temporal.common.converter.RawValue;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Makes several reconstructions of one model and sums them up; each is steered by itself. */
@WorkflowInterface
public interface Compare {

  /** Workflow type, as it is typed into the UI. */
  String TYPE = "Compare";

  /**
   * Runs every variation; they share each stage that they ask for alike. All run to their end even
   * if one fails; the execution fails then and names it, and a later one with the same request
   * reuses what was finished.
   *
   * @param request one JSON object, see {@link dev.shoal.workflows.request.ComparisonReader}
   * @param extra nothing; a second argument is a mistake that is named
   */
  @WorkflowMethod(name = TYPE)
  ComparisonResult run(RawValue request, RawValue extra);

  /** The runs so far, each as if it were a stage. */
  @QueryMethod(name = "progress", description = "Runs so far: state, perplexity")
  Progress progress();
}
