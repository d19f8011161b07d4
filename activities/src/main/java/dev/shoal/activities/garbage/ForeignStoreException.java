package dev.shoal.activities.garbage;

/** The store and the database do not belong together: all would look like garbage. */
public final class ForeignStoreException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** With a message for the user. */
  public ForeignStoreException(String message) {
    super(message);
  }
}
