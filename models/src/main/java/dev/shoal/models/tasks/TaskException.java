package dev.shoal.models.tasks;

import dev.shoal.models.checkpoint.Excerpt;

/** A task that cannot be read or scored, in one sentence: where, what was found, what is right. */
public final class TaskException extends RuntimeException {

  TaskException(String message) {
    super(Excerpt.of(message));
  }

  TaskException(String message, Throwable cause) {
    super(Excerpt.of(message), cause);
  }
}
