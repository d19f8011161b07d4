package dev.shoal.activities.store;

/**
 * A file that a run was inspected with is out of this worker's reach; the stage is tried again
 * until one has it.
 */
public final class OutsideDataRootsException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** With a message for the user. */
  public OutsideDataRootsException(String message) {
    super(message);
  }
}
