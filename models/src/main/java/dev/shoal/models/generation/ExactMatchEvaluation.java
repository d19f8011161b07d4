package dev.shoal.models.generation;

import dev.shoal.models.Progress;
import dev.shoal.models.llama.LanguageModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Lets a model answer questions in its own words and compares with the right answers. */
public final class ExactMatchEvaluation {

  private ExactMatchEvaluation() {}

  /**
   * Answers every prompt.
   *
   * <p>A prompt that leaves no room for the longest answer loses its beginning, as in the harness.
   *
   * @param decoder text of ids, without special tokens
   * @param questions at least 1
   */
  public static ExactMatchResult run(
      LanguageModel model,
      Function<int[], String> decoder,
      List<Question> questions,
      ExactMatchSettings settings,
      Progress progress) {
    int room = room(model, settings);
    List<int[]> prompts = questions.stream().map(q -> end(q.prompt(), room)).toList();
    List<Generated> texts;
    try (Generator generator = new Generator(model, decoder)) {
      texts =
          generator.generate(prompts, settings.generation(), counting(progress, prompts.size()));
    }
    List<ExactMatchResult.Item> items = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      items.add(item(questions.get(i), texts.get(i), room, settings));
    }
    return ExactMatchResult.of(items, settings.filters());
  }

  /**
   * What is asked.
   *
   * @param prompt ids, with the begin token where the model wants one
   * @param target the right answer
   */
  public record Question(int[] prompt, String target) {}

  private static int room(LanguageModel model, ExactMatchSettings settings) {
    int positions = model.config().longestSequence();
    int answer = settings.generation().maxNewTokens();
    if (answer >= positions) {
      throw new IllegalArgumentException(
          "max_new_tokens is %d; the model has %d positions for prompt and answer together, lower it"
              .formatted(answer, positions));
    }
    return positions - answer;
  }

  private static int[] end(int[] prompt, int length) {
    return prompt.length <= length
        ? prompt
        : Arrays.copyOfRange(prompt, prompt.length - length, prompt.length);
  }

  private static ExactMatchResult.Item item(
      Question question, Generated written, int room, ExactMatchSettings settings) {
    Map<String, ExactMatchResult.Answer> answers = new LinkedHashMap<>();
    for (AnswerFilter filter : settings.filters()) {
      String answer = filter.answer(written.text());
      boolean right = settings.comparison().equal(answer, question.target());
      answers.put(filter.name(), new ExactMatchResult.Answer(answer, right));
    }
    int cut = Math.max(0, question.prompt().length - room);
    return new ExactMatchResult.Item(
        question.target(), written.text(), written.stop(), cut, answers);
  }

  private static Generator.Listener counting(Progress progress, int total) {
    return new Generator.Listener() {
      private int done;

      @Override
      public void written(int prompt, String piece) {}

      @Override
      public void ended(int prompt) {
        progress.report("generate", ++done, total);
      }
    };
  }
}
