package dev.shoal.models.tasks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One row of a task file.
 *
 * @param id the row's own, or its number
 * @param row its number from 1
 * @param fields everything the row has; two rows are the same to the few-shot sampler where these
 *     are
 * @param context what is given; empty for a text of its own
 * @param choices what may follow; of a {@code target} or a {@code text} just that one
 * @param label index of the right choice
 */
public record Example(
    String id, long row, ObjectNode fields, String context, List<String> choices, int label) {

  /** The right choice, the target, or the text. */
  public String answer() {
    return choices.get(label);
  }
}
