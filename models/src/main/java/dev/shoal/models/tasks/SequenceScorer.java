package dev.shoal.models.tasks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.Progress;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DecoderWeights;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LanguageModel;
import java.util.Arrays;
import java.util.List;

/**
 * Scores the last tokens of sequences with a model, dense or sparse.
 *
 * <p>Common beginnings are computed once ({@link Packing}); logits exist only where something is
 * scored. What a sequence gets depends on the others by rounding alone. Log-softmax in float32 or
 * wider. Used by one thread at a time.
 */
final class SequenceScorer implements AutoCloseable {

  private static final KernelModule.Fragment KERNELS =
      new KernelModule.Fragment(SequenceScorer.class, "tasks.kernels");

  private final LanguageModel model;
  private final KernelModule kernels;
  private final Packing packing;

  SequenceScorer(LanguageModel model, Packing packing) {
    this.model = model;
    this.packing = packing;
    this.kernels = KernelModule.load(model.device(), DenseModel.KERNELS, KERNELS);
  }

  SequenceScorer(LanguageModel model) {
    this(model, Packing.of(model.config(), LanguageModel.BATCH_TOKENS));
  }

  /**
   * What the scored ids of one sequence got.
   *
   * @param logLikelihood sum of the natural logarithms of their probabilities
   * @param greedy whether each was the likeliest
   */
  record Score(double logLikelihood, boolean greedy) {}

  /** Scores of sequences, in order. */
  Score[] score(List<Sequence> sequences, Progress progress) {
    double[] sums = new double[sequences.size()];
    boolean[] greedy = new boolean[sequences.size()];
    Arrays.fill(greedy, true);
    long done = 0;
    for (List<PackedRow> batch : packing.batches(packing.rows(sequences))) {
      List<PackedRow.Target> targets =
          batch.stream().flatMap(row -> row.targets().stream()).toList();
      double[] scores = scoreBatch(batch);
      for (int t = 0; t < targets.size(); t++) {
        int sequence = targets.get(t).sequence();
        sums[sequence] += scores[t];
        greedy[sequence] &= scores[targets.size() + t] != 0;
      }
      done += targets.stream().mapToInt(PackedRow.Target::sequence).distinct().count();
      progress.report("score", done, sequences.size());
    }
    Score[] result = new Score[sums.length];
    Arrays.setAll(result, i -> new Score(sums[i], greedy[i]));
    return result;
  }

  /** [2, T]: log-probabilities of the targets of all rows, and 1 for each that is the likeliest. */
  private double[] scoreBatch(List<PackedRow> rows) {
    int length = rows.stream().mapToInt(PackedRow::size).max().orElseThrow();
    try (NDManager scope = model.manager().newSubManager()) {
      NDArray ids = scope.create(ids(rows, length), new Shape(rows.size(), length));
      NDList rope = rope(scope, rows, length);
      NDArray x = model.decode(scope, model.embed(scope, ids), rope).head(); // [B, S, H]
      DecoderWeights weights = model.weights();
      KernelArguments arguments =
          new KernelArguments()
              .add(x)
              .add(weights.finalNorm())
              .add(weights.head())
              .add(rope)
              .add(scope.create(places(rows, length)))
              .add(scope.create(targetIds(rows)))
              .add((long) model.headChunk());
      return kernels.call(scope, "score_targets", arguments).head().toDoubleArray();
    }
  }

  /** Simply causal where no row branches: padding stands behind everything that matters. */
  private NDList rope(NDManager scope, List<PackedRow> rows, int length) {
    if (rows.stream().noneMatch(PackedRow::branched)) {
      return model.rope(length);
    }
    long[] positions = new long[rows.size() * length];
    long[] ends = new long[rows.size() * length];
    for (int b = 0; b < rows.size(); b++) {
      PackedRow row = rows.get(b);
      for (int s = 0; s < length; s++) {
        boolean padding = s >= row.size();
        positions[b * length + s] = padding ? 0 : row.position(s);
        ends[b * length + s] = padding ? s + 1 : row.end(s); // padding looks at itself alone
      }
    }
    Shape shape = new Shape(rows.size(), length);
    int deepest = (int) Arrays.stream(positions).max().orElse(0) + 1;
    KernelArguments arguments =
        new KernelArguments()
            .add(model.rope(deepest))
            .add(scope.create(positions, shape))
            .add(scope.create(ends, shape));
    return kernels.call(scope, "tree_rope", arguments);
  }

  private static long[] ids(List<PackedRow> rows, int length) {
    long[] ids = new long[rows.size() * length];
    for (int b = 0; b < rows.size(); b++) {
      for (int s = 0; s < rows.get(b).size(); s++) {
        ids[b * length + s] = rows.get(b).id(s);
      }
    }
    return ids;
  }

  private static long[] places(List<PackedRow> rows, int length) {
    long[][] places = new long[rows.size()][];
    for (int b = 0; b < places.length; b++) {
      long begin = (long) b * length;
      places[b] = rows.get(b).targets().stream().mapToLong(t -> begin + t.node()).toArray();
    }
    return Arrays.stream(places).flatMapToLong(Arrays::stream).toArray();
  }

  private static long[] targetIds(List<PackedRow> rows) {
    return rows.stream()
        .flatMap(row -> row.targets().stream())
        .mapToLong(PackedRow.Target::id)
        .toArray();
  }

  @Override
  public void close() {
    kernels.close();
  }
}
