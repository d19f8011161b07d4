package dev.shoal.worker.stack;

/**
 * The local stack cannot do what was asked; the message is one sentence for the person who asked.
 */
public final class StackException extends RuntimeException {

  private static final long serialVersionUID = 1;

  StackException(String message) {
    super(message);
  }

  StackException(String message, Throwable cause) {
    super(message, cause);
  }
}
