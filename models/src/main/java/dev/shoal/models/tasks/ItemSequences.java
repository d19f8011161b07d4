package dev.shoal.models.tasks;

import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.tokens.ModelTokenizer;
import java.util.ArrayList;
import java.util.List;

/** The items of a task as token ids, each checked against the model that is to read them. */
final class ItemSequences {

  private final Task task;
  private final LlamaConfig config;
  private final PairEncoder encoder;

  ItemSequences(Task task, LlamaConfig config, ModelTokenizer tokenizer) {
    this.task = task;
    this.config = config;
    this.encoder = new PairEncoder(tokenizer, task.spec().bos());
  }

  /** One sequence for each choice of each item, in order. */
  List<Sequence> continuations() {
    List<PairEncoder.EncodedPair> encoded = encoder.encode(pairs());
    List<Sequence> sequences = new ArrayList<>();
    for (int i = 0; i < encoded.size(); i++) {
      Example example = task.examples().get(i);
      for (int[] continuation : encoded.get(i).continuations()) {
        sequences.add(continuation(example, encoded.get(i).context(), continuation));
      }
    }
    return sequences;
  }

  /** The windows of each text. */
  List<List<Sequence>> windows() {
    List<int[]> texts = encoder.encodeTexts(task.examples().stream().map(Example::answer).toList());
    List<List<Sequence>> windows = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      requireKnown(task.examples().get(i), texts.get(i));
      windows.add(RollingWindows.every(texts.get(i), encoder.prefix(), config.longestSequence()));
    }
    return windows;
  }

  /** Disjoint windows over all texts with a blank line between them. */
  List<Sequence> disjointWindows(int windowTokens) {
    List<String> texts = task.examples().stream().map(Example::answer).toList();
    int[] joined = encoder.encodeTexts(List.of(String.join("\n\n", texts))).get(0);
    return RollingWindows.disjoint(joined, windowTokens);
  }

  private List<PairEncoder.Pair> pairs() {
    List<String> prompts = Prompts.of(task);
    List<PairEncoder.Pair> pairs = new ArrayList<>(prompts.size());
    for (int i = 0; i < prompts.size(); i++) {
      Example example = task.examples().get(i);
      List<String> continuations = new ArrayList<>(example.choices().size());
      for (int c = 0; c < example.choices().size(); c++) {
        continuations.add(Prompts.continuation(task, example, c));
      }
      pairs.add(new PairEncoder.Pair(prompts.get(i), continuations));
    }
    return pairs;
  }

  private Sequence continuation(Example example, int[] context, int[] continuation) {
    int maxLength = config.longestSequence();
    if (continuation.length == 0 || continuation.length > maxLength) {
      throw fault(
          example,
          "a choice or target has %d tokens after its context; the model can score 1 to %d"
              .formatted(continuation.length, maxLength));
    }
    requireKnown(example, context);
    requireKnown(example, continuation);
    return Sequence.of(context, continuation, maxLength);
  }

  private void requireKnown(Example example, int[] ids) {
    for (int id : ids) {
      if (id >= config.vocabSize()) {
        throw fault(
            example,
            "the tokenizer gives token %d, but the model's vocabulary is 0 to %d; use the model's own tokenizer"
                .formatted(id, config.vocabSize() - 1));
      }
    }
  }

  private TaskException fault(Example example, String what) {
    return new TaskException("%s row %d: %s".formatted(task.spec().path(), example.row(), what));
  }
}
