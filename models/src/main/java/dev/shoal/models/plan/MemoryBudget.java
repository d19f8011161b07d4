package dev.shoal.models.plan;

/**
 * Bytes that training may use.
 *
 * @param deviceBytes of one device
 * @param hostBytes of the host for that device
 * @param shared whether device and host are one memory, as on a CPU; {@code hostBytes} is then the
 *     same memory and not counted again
 */
public record MemoryBudget(long deviceBytes, long hostBytes, boolean shared) {

  /** Tokens in a micro-batch above which its products get no faster. */
  private static final int MOST_ON_CPU = 4096;

  private static final int MOST_ON_GPU = 32_768;

  /** A GPU in a host. */
  public static MemoryBudget device(long deviceBytes, long hostBytes) {
    return new MemoryBudget(deviceBytes, hostBytes, false);
  }

  /** A CPU: the host is the device. */
  public static MemoryBudget host(long hostBytes) {
    return new MemoryBudget(hostBytes, hostBytes, true);
  }

  int mostTokens() {
    return shared ? MOST_ON_CPU : MOST_ON_GPU;
  }

  boolean holds(long device, long host) {
    return shared ? device + host <= deviceBytes : device <= deviceBytes && host <= hostBytes;
  }
}
