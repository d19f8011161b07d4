package dev.shoal.models.config;

import dev.shoal.models.checkpoint.Excerpt;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** A model that Shoal cannot compute with. The message lists everything that is wrong with it. */
public final class ModelUnsupportedException extends RuntimeException {

  private final List<String> problems;

  /**
   * Makes the message {@code WHERE: PROBLEM; PROBLEM. REMEDY}.
   *
   * @param where the file, or the name of what was being made
   * @param problems one phrase each: the field, what it is, what is supported
   */
  public ModelUnsupportedException(String where, Collection<String> problems) {
    super(
        where
            + ": "
            + problems.stream().map(Excerpt::of).collect(Collectors.joining("; "))
            + ". Use a dense Llama, Mistral, Qwen2 or Qwen3 checkpoint in the Hugging Face layout.");
    this.problems = List.copyOf(problems);
  }

  /** The phrases of the message, in the order of the fields. */
  public List<String> problems() {
    return problems;
  }
}
