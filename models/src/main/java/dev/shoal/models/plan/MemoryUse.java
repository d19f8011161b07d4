package dev.shoal.models.plan;

/**
 * Bytes of a training stage, part by part.
 *
 * @param weights that are read and not trained, with the passing copy of trained ones in bf16
 * @param teacher what the dense model beside it does not share with the mixture
 * @param trained weights, fp32
 * @param gradients of them, fp32
 * @param moments both of AdamW, fp32, as far as they are on the device
 * @param activations of one micro-batch
 * @param hostMoments both of AdamW, fp32, as far as they are on the host
 * @param checkpoint trained weights and moments, copied on the host and written from there while
 *     training goes on; or the largest array of them, where training waits for the disk
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

  /** With a checkpoint of which this much is on the host at a time. */
  MemoryUse withCheckpoint(long bytes) {
    return new MemoryUse(
        weights, teacher, trained, gradients, moments, activations, hostMoments, bytes);
  }

  /** All of the device. */
  public long deviceBytes() {
    return weights + teacher + trained + gradients + moments + activations;
  }

  /** All of the host. */
  public long hostBytes() {
    return hostMoments + checkpoint;
  }
}
