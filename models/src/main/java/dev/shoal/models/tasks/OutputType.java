package dev.shoal.models.tasks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What a model is asked for, in the words of lm-evaluation-harness, and the fields that takes. */
public enum OutputType {
  /** Which of several continuations is the likeliest: {@code context, choices, label}. */
  MULTIPLE_CHOICE("multiple_choice"),
  /** How likely one continuation is: {@code context, target}. */
  LOGLIKELIHOOD("loglikelihood"),
  /** How likely a whole text is: {@code text}. */
  LOGLIKELIHOOD_ROLLING("loglikelihood_rolling"),
  /**
   * What the model writes: {@code context, target}. Never decided by fields alone; its prompts are
   * {@link Prompts}, and who generates compares with {@link Example#answer}.
   */
  GENERATE_UNTIL("generate_until");

  private final String word;

  OutputType(String word) {
    this.word = word;
  }

  /** The harness's word. */
  public String word() {
    return word;
  }

  /** Fields that every row must have. */
  List<String> fields() {
    return switch (this) {
      case MULTIPLE_CHOICE -> List.of("context", "choices", "label");
      case LOGLIKELIHOOD, GENERATE_UNTIL -> List.of("context", "target");
      case LOGLIKELIHOOD_ROLLING -> List.of("text");
    };
  }

  /**
   * The type of a word.
   *
   * @throws TaskException for any other word, with the known ones
   */
  public static OutputType of(String word) {
    for (OutputType type : values()) {
      if (type.word.equals(word)) {
        return type;
      }
    }
    String known = Arrays.stream(values()).map(OutputType::word).collect(Collectors.joining(", "));
    throw new TaskException("output_type is '%s'; it must be one of %s".formatted(word, known));
  }
}
