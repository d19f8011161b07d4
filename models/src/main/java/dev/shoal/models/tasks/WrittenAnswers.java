package dev.shoal.models.tasks;

import dev.shoal.models.Progress;
import dev.shoal.models.generation.ExactMatchEvaluation;
import dev.shoal.models.generation.ExactMatchEvaluation.Question;
import dev.shoal.models.generation.ExactMatchResult;
import dev.shoal.models.generation.ExactMatchSettings;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.tokens.ModelTokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tasks whose answers the model writes itself, judged as the harness judges gsm8k. */
final class WrittenAnswers {

  private WrittenAnswers() {}

  static TaskResult judge(
      LanguageModel model,
      ModelTokenizer tokenizer,
      Task task,
      List<Integer> eosIds,
      Progress progress) {
    List<int[]> prompts =
        new PairEncoder(tokenizer, task.spec().bos()).encodeTexts(Prompts.of(task));
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      questions.add(new Question(prompts.get(i), task.examples().get(i).answer()));
    }
    ExactMatchResult result =
        ExactMatchEvaluation.run(
            model, tokenizer::decode, questions, ExactMatchSettings.gsm8k(eosIds), progress);
    int positions = model.config().longestSequence();
    return new TaskResult(
        task,
        metrics(result),
        List.of(),
        result.items(),
        new TaskResult.Reading(positions, 0, (int) result.truncated()));
  }

  /** The harness names a score by metric and filter, {@code exact_match,strict-match}. */
  private static Map<String, Double> metrics(ExactMatchResult result) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    result
        .scores()
        .forEach(
            (filter, score) -> {
              metrics.put("exact_match," + filter, score.exactMatch());
              if (!Double.isNaN(score.standardError())) {
                metrics.put("exact_match," + filter + "_stderr", score.standardError());
              }
            });
    return metrics;
  }
}
