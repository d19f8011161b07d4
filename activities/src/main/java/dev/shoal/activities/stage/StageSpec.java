package dev.shoal.activities.stage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.stages.RunRef;
import java.util.List;

/**
 * What is asked of a stage; settings and inputs decide the key of its computation.
 *
 * @param run for whom
 * @param code which stage
 * @param shard which of several like it: a data set, a model; empty where there is one
 * @param settings everything that changes the output and is not an input
 * @param inputs artifacts it reads
 */
public record StageSpec(
    RunRef run, StageCode code, String shard, ObjectNode settings, List<Input> inputs) {

  /** Keeps its own copy. */
  public StageSpec {
    inputs = List.copyOf(inputs);
  }

  /**
   * An artifact in its role.
   *
   * @param role what it is to the stage
   * @param artifact which
   */
  public record Input(String role, ArtifactRef artifact) {}
}
