package dev.shoal.models.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.models.Progress;
import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.TinyMoe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Sequences in common rows")
class SequenceScorerTest {

  @Test
  @DisplayName("get what they get one at a time from a dense model")
  void dense() {
    try (DenseModel model = TinyModels.dense(1, TinyModels.DOUBLE)) {
      packedEqualsAlone(model);
    }
  }

  @Test
  @DisplayName("get what they get one at a time from a sparse model")
  void sparse() {
    try (var model = TinyMoe.different(4, 2, TinyModels.DOUBLE)) {
      packedEqualsAlone(model);
    }
  }

  @Test
  @DisplayName("get the model's own log-likelihood")
  void sameAsNll() {
    int[] tokens = TinyModels.windows(1, 20, 3)[0];
    try (DenseModel model = TinyModels.dense(1, Device.cpu());
        SequenceScorer scorer = new SequenceScorer(model)) {
      double nll = model.nll(new int[][] {tokens}).get(0).sum();
      assertThat(
              scorer.score(List.of(new Sequence(tokens, 1, 0)), Progress.NONE)[0].logLikelihood())
          .isCloseTo(-nll, within(1e-4));
    }
  }

  private static void packedEqualsAlone(LanguageModel model) {
    List<Sequence> sequences = sequences();
    Packing together = new Packing(400, 1000);
    Packing alone = new Packing(1, 1000);
    assertThat(together.rows(sequences)).hasSizeLessThan(7).anyMatch(PackedRow::branched);
    assertThat(alone.batches(alone.rows(sequences))).hasSize(sequences.size());
    try (SequenceScorer packed = new SequenceScorer(model, together);
        SequenceScorer single = new SequenceScorer(model, alone)) {
      SequenceScorer.Score[] a = packed.score(sequences, Progress.NONE);
      SequenceScorer.Score[] b = single.score(sequences, Progress.NONE);
      for (int i = 0; i < a.length; i++) {
        assertThat(a[i].logLikelihood()).isCloseTo(b[i].logLikelihood(), within(1e-9)); // float64
        assertThat(a[i].greedy()).isEqualTo(b[i].greedy());
      }
    }
  }

  /** Six contexts with four continuations each; two contexts begin alike, two continuations too. */
  private static List<Sequence> sequences() {
    SplittableRandom random = new SplittableRandom(5);
    List<Sequence> sequences = new ArrayList<>();
    int[][] contexts = new int[6][];
    for (int c = 0; c < 6; c++) {
      contexts[c] = ids(random, 8 + 5 * c);
    }
    System.arraycopy(contexts[1], 0, contexts[2], 0, 12);
    for (int[] context : contexts) {
      int[] first = ids(random, 6);
      int[] same = Arrays.copyOf(first, 9);
      for (int[] continuation : List.of(first, same, ids(random, 1), ids(random, 12))) {
        sequences.add(Sequence.of(context, continuation, 64));
      }
    }
    return sequences;
  }

  private static int[] ids(SplittableRandom random, int length) {
    return random.ints(length, 0, 97).toArray();
  }
}
