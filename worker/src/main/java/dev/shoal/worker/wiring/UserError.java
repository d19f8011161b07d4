package dev.shoal.worker.wiring;

/** What went wrong, in a sentence for the person at the keyboard, and the exit code it means. */
public final class UserError extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int exitCode;

  private UserError(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The command was right and did not succeed. */
  public static UserError failed(String message) {
    return new UserError(ExitCode.FAILED, message, null);
  }

  /** The command was right and did not succeed. */
  public static UserError failed(String message, Throwable cause) {
    return new UserError(ExitCode.FAILED, message, cause);
  }

  /** The command, its files or its settings are wrong. */
  public static UserError wrongUse(String message) {
    return new UserError(ExitCode.WRONG_USE, message, null);
  }

  /** How the process ends. */
  public int exitCode() {
    return exitCode;
  }
}
