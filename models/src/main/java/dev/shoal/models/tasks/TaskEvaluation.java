package dev.shoal.models.tasks;

import dev.shoal.models.Progress;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.tokens.ModelTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Scores a model on a task as lm-evaluation-harness does. Start reading here.
 *
 * <p>Every item becomes a prompt and its continuations ({@link Prompts}), these become ids ({@link
 * ItemSequences}), the model says how likely each is ({@link SequenceScorer}), and that becomes the
 * harness's numbers ({@link Metrics}).
 */
public final class TaskEvaluation {

  /** What GPTQ and its successors cut WikiText-2 into. */
  private static final int WINDOW_TOKENS = 2048;

  private final Task task;
  private final int maxLength;
  private final ItemSequences sequences;
  private final SequenceScorer scorer;
  private final Progress progress;

  private TaskEvaluation(
      LanguageModel model,
      ModelTokenizer tokenizer,
      Task task,
      SequenceScorer scorer,
      Progress progress) {
    this.task = task;
    this.maxLength = model.config().longestSequence();
    this.sequences = new ItemSequences(task, model.config(), tokenizer);
    this.scorer = scorer;
    this.progress = progress;
  }

  /**
   * Runs a task.
   *
   * @throws TaskException where an item cannot be scored, naming its row
   */
  public static TaskResult run(
      LanguageModel model, ModelTokenizer tokenizer, Task task, Progress progress) {
    Integer eos = model.config().tokens().eos();
    return run(model, tokenizer, task, eos == null ? List.of() : List.of(eos), progress);
  }

  /**
   * As above, for a model whose generated texts may end in several ways.
   *
   * @param eosIds as {@link dev.shoal.models.generation.EndTokens} finds them
   */
  public static TaskResult run(
      LanguageModel model,
      ModelTokenizer tokenizer,
      Task task,
      List<Integer> eosIds,
      Progress progress) {
    if (task.outputType() == OutputType.GENERATE_UNTIL) {
      return WrittenAnswers.judge(model, tokenizer, task, eosIds, progress);
    }
    try (SequenceScorer scorer = new SequenceScorer(model)) {
      TaskEvaluation evaluation = new TaskEvaluation(model, tokenizer, task, scorer, progress);
      return task.outputType() == OutputType.LOGLIKELIHOOD_ROLLING
          ? evaluation.texts()
          : evaluation.continuations();
    }
  }

  private TaskResult continuations() {
    List<Sequence> all = sequences.continuations();
    SequenceScorer.Score[] scores = scorer.score(all, progress);
    List<ItemResult> items = new ArrayList<>(task.examples().size());
    int at = 0;
    for (Example example : task.examples()) {
      List<ItemResult.Choice> choices = new ArrayList<>(example.choices().size());
      for (String choice : example.choices()) {
        Sequence sequence = all.get(at);
        choices.add(choice(choice, scores[at], sequence.scored(), sequence.truncated()));
        at++;
      }
      items.add(new ItemResult(example.id(), List.copyOf(choices), example.label()));
    }
    return result(Metrics.of(task.outputType(), items), items, 0);
  }

  private TaskResult texts() {
    List<List<Sequence>> windows = sequences.windows();
    SequenceScorer.Score[] scores =
        scorer.score(windows.stream().flatMap(List::stream).toList(), progress);
    List<ItemResult> items = new ArrayList<>(windows.size());
    int at = 0;
    for (int i = 0; i < windows.size(); i++) {
      double sum = 0;
      int tokens = 0;
      for (Sequence window : windows.get(i)) {
        sum += scores[at++].logLikelihood();
        tokens += window.scored();
      }
      Example example = task.examples().get(i);
      SequenceScorer.Score score = new SequenceScorer.Score(sum, false);
      items.add(
          new ItemResult(example.id(), List.of(choice(example.answer(), score, tokens, 0)), 0));
    }
    Map<String, Double> metrics = Metrics.of(task.outputType(), items);
    return result(metrics, items, addTokenPerplexity(metrics));
  }

  /** Returns the length of its windows, or 0 where the texts do not fill one. */
  private int addTokenPerplexity(Map<String, Double> metrics) {
    int wanted = task.spec().windowTokens() == 0 ? WINDOW_TOKENS : task.spec().windowTokens();
    int length = Math.min(wanted, maxLength);
    List<Sequence> windows = sequences.disjointWindows(length);
    if (windows.isEmpty()) {
      return 0;
    }
    double[] sums = new double[windows.size()];
    SequenceScorer.Score[] scores = scorer.score(windows, progress);
    for (int w = 0; w < sums.length; w++) {
      sums[w] = scores[w].logLikelihood();
    }
    metrics.put("token_perplexity", Metrics.tokenPerplexity(sums, length));
    return length;
  }

  private TaskResult result(Map<String, Double> metrics, List<ItemResult> items, int windowTokens) {
    int truncated =
        (int)
            items.stream()
                .filter(item -> item.choices().stream().anyMatch(c -> c.truncatedTokens() > 0))
                .count();
    TaskResult.Reading reading = new TaskResult.Reading(maxLength, windowTokens, truncated);
    return new TaskResult(task, metrics, List.copyOf(items), List.of(), reading);
  }

  private static ItemResult.Choice choice(
      String text, SequenceScorer.Score score, int tokens, int truncated) {
    return new ItemResult.Choice(
        score.logLikelihood(),
        score.greedy(),
        tokens,
        PythonText.characters(text),
        text.getBytes(StandardCharsets.UTF_8).length,
        PythonText.words(text),
        truncated);
  }
}
