package dev.shoal.workflows.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * Device and precision of the computation.
 *
 * @param device auto is what the worker has
 * @param dtype auto is float32 on a CPU
 * @param deterministic whether resumes must be bit-equal on devices where that costs speed
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Numerics(@Auto Device device, @Auto ComputeType dtype, Boolean deterministic) {

  /** Kinds of devices. */
  public enum Device {
    /** The processor. */
    @JsonProperty("cpu")
    CPU
  }

  /** Precision of weights and activations in a forward pass. */
  public enum ComputeType {
    /** 32-bit floating point. */
    @JsonProperty("float32")
    FLOAT32
  }
}
