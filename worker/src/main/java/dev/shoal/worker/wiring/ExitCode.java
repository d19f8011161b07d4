package dev.shoal.worker.wiring;

/** How a command ends, for scripts. */
public final class ExitCode {

  /** What was asked is done. */
  public static final int DONE = 0;

  /** It did not succeed. */
  public static final int FAILED = 1;

  /** It was asked wrongly; nothing was done. */
  public static final int WRONG_USE = 2;

  /** The run waits for a decision. */
  public static final int NEEDS_ATTENTION = 3;

  private ExitCode() {}
}
