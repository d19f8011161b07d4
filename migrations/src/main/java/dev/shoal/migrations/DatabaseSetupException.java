package dev.shoal.migrations;

/**
 * The database cannot be used until a person changes something: the address, the login or the
 * schema. Trying again does not help.
 */
public final class DatabaseSetupException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DatabaseSetupException(String message) {
    super(message);
  }

  DatabaseSetupException(String message, Throwable cause) {
    super(message, cause);
  }
}
