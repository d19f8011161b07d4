package dev.shoal.workflows.request;

/**
 * One mistake in a request.
 *
 * @param field path of the field, as in {@code training.lora.r}
 * @param message what was found, what is right, what to do
 */
public record Problem(String field, String message) {

  @Override
  public String toString() {
    return field + ": " + message;
  }
}
