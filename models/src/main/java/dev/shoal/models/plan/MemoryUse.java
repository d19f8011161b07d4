package dev.shoal.models.plan;

/**
 * Bytes of a training stage, part by part.
 *
 * @param weights that are read and not trained, with the passing copy of trained ones in bf16
 * @param teacher the dense model beside it
 * @param trained weights, fp32
 * @param gradients of them, fp32
 * @param moments both of AdamW, fp32, as far as they are on the device
 * @param activations of one micro-batch
 * @param hostMoments both of AdamW, fp32, as far as they are on the host
 * @param checkpoint trained weights and moments on the host, on their way to the disk
 */
public record MemoryUse(
    long weights,
    long teacher,
    long trained,
    long gradients,
    long moments,
    long activations,
    long hostMoments,
    long checkpoint) {

  /** All of the device. */
  public long deviceBytes() {
    return weights + teacher + trained + gradients + moments + activations;
  }

  /** All of the host. */
  public long hostBytes() {
    return hostMoments + checkpoint;
  }
}
