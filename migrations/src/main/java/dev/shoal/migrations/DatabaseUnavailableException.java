package dev.shoal.migrations;

/**
 * The database did not answer, or gave up on what it was asked. Nothing was changed that may not be
 * asked for again; try later.
 */
public final class DatabaseUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DatabaseUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
