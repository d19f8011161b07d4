package dev.shoal.models.gguf;

import dev.shoal.models.checkpoint.Excerpt;

/** A model or a tokenizer that a GGUF file cannot hold: where, what was found, what to do. */
public final class GgufUnsupportedException extends RuntimeException {

  /** Makes the message {@code WHERE: PROBLEM}. */
  GgufUnsupportedException(String where, String problem) {
    super(where + ": " + Excerpt.of(problem));
  }
}
