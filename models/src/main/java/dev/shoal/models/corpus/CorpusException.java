package dev.shoal.models.corpus;

/** A data set that cannot be read, in one sentence: where, what was found, what to do. */
public final class CorpusException extends RuntimeException {

  /** Says what is wrong with which data set, and what to do. */
  public CorpusException(String message) {
    super(message);
  }

  CorpusException(String message, Throwable cause) {
    super(message, cause);
  }
}
