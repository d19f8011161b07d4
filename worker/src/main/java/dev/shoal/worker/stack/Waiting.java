package dev.shoal.worker.stack;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for something outside this process, never without a limit. */
final class Waiting {

  private static final long PAUSE_MILLIS = 50;

  private Waiting() {}

  /** Asks until the answer is yes; false when the limit passed first. Always asks at least once. */
  static boolean until(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      pause();
    }
    return true;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("Interrupted while waiting for the local stack.", e);
    }
  }
}
