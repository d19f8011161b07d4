package dev.shoal.activities.stage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.engine.Device;
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
 * @param device what it computes on, where the stage depends on that
 */
public record StageSpec(
    RunRef run,
    StageCode code,
    String shard,
    ObjectNode settings,
    List<Input> inputs,
    Device device) {

  /** Keeps its own copy. */
  public StageSpec {
    inputs = List.copyOf(inputs);
  }

  /** A stage on the processor in float32. */
  public StageSpec(
      RunRef run, StageCode code, String shard, ObjectNode settings, List<Input> inputs) {
    this(run, code, shard, settings, inputs, Device.cpu());
  }

  /** The same elsewhere. */
  public StageSpec on(Device other) {
    return new StageSpec(run, code, shard, settings, inputs, other);
  }

  /**
   * An artifact in its role.
   *
   * @param role what it is to the stage
   * @param artifact which
   */
  public record Input(String role, ArtifactRef artifact) {}
}
