package dev.shoal.models.engine;

/** A kernel asked for more memory than the device has free. */
public final class OutOfDeviceMemoryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param kernel its name
   * @param cause what the engine said
   */
  public OutOfDeviceMemoryException(String kernel, Device device, Throwable cause) {
    super(
        "kernel '%s' ran out of memory on %s; use smaller batches, shorter segments or a larger device"
            .formatted(kernel, device.name()),
        cause);
  }
}
