package dev.shoal.models.tasks;

/** A task that cannot be read or scored, in one sentence: where, what was found, what is right. */
public final class TaskException extends RuntimeException {

  TaskException(String message) {
    super(message);
  }

  TaskException(String message, Throwable cause) {
    super(message, cause);
  }
}
