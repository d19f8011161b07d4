package dev.shoal.activities.devices;

/** A training stage does not fit into the memory of its device or host; nothing was done. */
public final class DoesNotFitException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Refuses with the plan's own words. */
  public DoesNotFitException(String message) {
    super(message);
  }
}
