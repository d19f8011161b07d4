package dev.shoal.workflows.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * Device and precision of the computation.
 *
 * @param device auto is what the worker that inspects the request has
 * @param dtype auto is bfloat16 on cuda and float32 on a CPU
 * @param deterministic whether resumes must be bit-equal on devices where that costs speed
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Numerics(@Auto Device device, @Auto ComputeType dtype, Boolean deterministic) {

  /** Kinds of devices. */
  public enum Device {
    /** The processor. */
    @JsonProperty("cpu")
    CPU,
    /** NVIDIA GPUs: all that a worker was given. */
    @JsonProperty("cuda")
    CUDA
  }

  /** Precision of weights and activations in a forward pass. */
  public enum ComputeType {
    /** 32-bit floating point. */
    @JsonProperty("float32")
    FLOAT32,
    /**
     * bfloat16: half the memory, and the matrix units of a GPU. What is trained, norms, softmax,
     * router and loss stay in float32.
     */
    @JsonProperty("bfloat16")
    BFLOAT16
  }
}
