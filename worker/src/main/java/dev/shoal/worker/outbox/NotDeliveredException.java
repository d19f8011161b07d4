package dev.shoal.worker.outbox;

/** A message did not get to where it was meant for; it waits and is tried again. */
final class NotDeliveredException extends RuntimeException {

  private static final long serialVersionUID = 1;

  NotDeliveredException(String message) {
    super(message);
  }

  NotDeliveredException(String message, Throwable cause) {
    super(message, cause);
  }
}
