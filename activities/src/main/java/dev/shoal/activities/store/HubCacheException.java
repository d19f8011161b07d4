package dev.shoal.activities.store;

/** A model that the Hugging Face cache does not hold. */
public final class HubCacheException extends RuntimeException {

  /** With what was looked for, what is there and how to get the rest. */
  public HubCacheException(String message) {
    super(message);
  }
}
