package dev.shoal.models.bench;

/**
 * What one piece of work took.
 *
 * @param work its name
 * @param tokens of one round
 * @param seconds of one round, the median
 * @param flops of one token, by {@link dev.shoal.models.plan.Flops}; 0 where they say nothing
 * @param launching seconds of the round in which the host gave work to a device, rather than waited
 *     for it; the mean over the devices. On a CPU the work itself
 * @param memoryBytes of the first device in use at the end, the allocator's reserve included; 0
 *     where that is not known
 * @param devices at work
 * @param note what else there is to say
 */
public record Measured(
    String work,
    long tokens,
    double seconds,
    double flops,
    double launching,
    long memoryBytes,
    int devices,
    String note) {

  /** Tokens per second. */
  public double tokensPerSecond() {
    return tokens / seconds;
  }

  /** Model FLOPs per second. */
  public double flopsPerSecond() {
    return flops * tokensPerSecond();
  }
}
