package dev.shoal.models.tasks;

import dev.shoal.models.config.LlamaConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Decides which sequences share a row, and which rows a batch.
 *
 * <p>Sequences are sorted, so that those with a common beginning are neighbours. One joins the row
 * of the one before it where the tokens saved cost more than the attention added: with R tokens in
 * the row, n new ones and s shared, \( s W &gt; (R + n)^2 - R^2 - (s + n)^2 \), where W is how many
 * query-key pairs cost as much as the matrices of one token.
 */
final class Packing {

  /**
   * How much slower a pair is than its share of multiplications: attention multiplies small
   * matrices and has a softmax.
   */
  private static final int PAIR_OVERHEAD = 3;

  private final int rowTokens;
  private final double pairsPerToken;

  /**
   * Weighs by the shape of a model.
   *
   * @param rowTokens most tokens of a row with more than one sequence, and of a batch
   */
  static Packing of(LlamaConfig config, int rowTokens) {
    long attention = (long) config.numHeads() * config.headSize();
    long keys = (long) config.numKeyValueHeads() * config.headSize();
    long matrices =
        config.hiddenSize() * (2 * attention + 2 * keys + 3L * config.intermediateSize());
    return new Packing(rowTokens, (double) matrices / (2 * attention * PAIR_OVERHEAD));
  }

  /** With a given W. */
  Packing(int rowTokens, double pairsPerToken) {
    this.rowTokens = rowTokens;
    this.pairsPerToken = pairsPerToken;
  }

  /** Rows in which every sequence is once, numbered by its place in the list. */
  List<PackedRow> rows(List<Sequence> sequences) {
    int[] order =
        IntStream.range(0, sequences.size())
            .boxed()
            .sorted(
                Comparator.<Integer, int[]>comparing(
                        i -> sequences.get(i).tokens(), Arrays::compare)
                    .thenComparing(Comparator.naturalOrder()))
            .mapToInt(Integer::intValue)
            .toArray();
    List<PackedRow> rows = new ArrayList<>();
    PackedRow row = null;
    for (int number : order) {
      Sequence sequence = sequences.get(number);
      if (row == null || !joins(row, sequence)) {
        row = new PackedRow();
        rows.add(row);
      }
      row.add(sequence, number);
    }
    return rows;
  }

  private boolean joins(PackedRow row, Sequence sequence) {
    double shared = row.shared(sequence);
    double added = sequence.inputLength() - shared;
    double pairs = added * added + 2 * added * row.size() - Math.pow(sequence.inputLength(), 2);
    return row.size() + added <= rowTokens && shared * pairsPerToken > pairs;
  }

  /** Rows of similar length together, the longest first, within the tokens of a batch. */
  List<List<PackedRow>> batches(List<PackedRow> rows) {
    List<PackedRow> sorted = new ArrayList<>(rows);
    sorted.sort(Comparator.comparingInt(PackedRow::size).reversed()); // stable
    List<List<PackedRow>> batches = new ArrayList<>();
    int begin = 0;
    while (begin < sorted.size()) {
      int count = Math.max(1, rowTokens / sorted.get(begin).size());
      int end = Math.min(sorted.size(), begin + count);
      batches.add(sorted.subList(begin, end));
      begin = end;
    }
    return batches;
  }
}
