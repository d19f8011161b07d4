package dev.shoal.models.tasks;

import java.util.ArrayList;
import java.util.List;

/**
 * The text in front of every answer, as lm-evaluation-harness builds it: the description, then for
 * each worked example its context, delimiter, right answer and blank line, then the item's context.
 */
public final class Prompts {

  private Prompts() {}

  /** One prompt an item, in order; the same whether the answer is scored or generated. */
  public static List<String> of(Task task) {
    FewShotSampler sampler = new FewShotSampler(task);
    PromptFormat format = task.spec().format();
    List<String> prompts = new ArrayList<>(task.examples().size());
    for (Example item : task.examples()) {
      StringBuilder prompt = new StringBuilder(format.description());
      for (Example shot : sampler.next(item)) {
        prompt.append(shot.context()).append(continuation(task, shot, shot.label()));
        prompt.append(format.fewshotDelimiter());
      }
      prompts.add(prompt.append(item.context()).toString());
    }
    return prompts;
  }

  /**
   * What is scored after the prompt: delimiter and choice.
   *
   * <p>A target that begins with white space already, as LAMBADA's do, is taken as it is: the
   * harness puts no delimiter before a target, its task files write the space themselves. Choices
   * get the delimiter always, as there.
   */
  static String continuation(Task task, Example example, int choice) {
    String text = example.choices().get(choice);
    boolean asItIs =
        task.outputType() != OutputType.MULTIPLE_CHOICE && PythonText.startsWithSpace(text);
    return asItIs ? text : task.spec().format().targetDelimiter() + text;
  }
}
