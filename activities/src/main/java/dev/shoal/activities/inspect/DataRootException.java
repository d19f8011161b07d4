package dev.shoal.activities.inspect;

/** A path that the worker must not read. */
public final class DataRootException extends RuntimeException {

  /** With the path, the roots and what to do. */
  public DataRootException(String message) {
    super(message);
  }
}
