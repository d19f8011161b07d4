package dev.shoal.models.tokens;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Endless batches from several data sets, in proportion to their weights.
 *
 * <p>Slot s of the sequence takes its data set by a draw that depends on (seed, s) alone, then the
 * next of that data set's shuffled windows; each epoch has an order of its own, from (seed, name,
 * epoch). A batch thus is a function of (seed, step, sequences), asked in any order. Going back, or
 * far ahead, counts the draws in between: some nanoseconds a slot.
 *
 * <p>Not for several threads at once.
 */
public final class TrainingMix {

  /**
   * One data set of the mix.
   *
   * @param name part of the seed of its order
   * @param weight share of the slots, relative to the other weights; positive
   */
  public record Source(String name, TokenFile tokens, double weight) {

    /** Rejects weights that are no share. */
    public Source {
      if (!(weight > 0) || Double.isInfinite(weight)) {
        throw new IllegalArgumentException(
            "weight of data set '" + name + "' is " + weight + ", expected a positive number");
      }
    }
  }

  private final List<Source> sources;
  private final int sequenceTokens;
  private final long seed;
  private final long drawSeed;
  private final double[] bounds; // cumulative weights, the last one is their sum
  private final Epoch[] epochs;
  private final long[] taken; // windows of each source in the slots before position
  private long position;

  private record Epoch(long number, Windows windows) {}

  /**
   * Prepares the mix; nothing is drawn yet.
   *
   * @param sequenceTokens length of each sequence
   * @throws IllegalArgumentException where a data set is shorter than one sequence
   */
  public TrainingMix(List<Source> sources, int sequenceTokens, long seed) {
    this.sources = List.copyOf(sources);
    this.sequenceTokens = sequenceTokens;
    this.seed = seed;
    this.drawSeed = Seeds.derive(seed, "mix");
    this.bounds = new double[sources.size()];
    this.epochs = new Epoch[sources.size()];
    this.taken = new long[sources.size()];
    double sum = 0;
    for (int i = 0; i < bounds.length; i++) {
      requireOneSequence(sources.get(i));
      sum += sources.get(i).weight();
      bounds[i] = sum;
    }
    if (bounds.length == 0) {
      throw new IllegalArgumentException("a mix needs at least one data set");
    }
  }

  private void requireOneSequence(Source source) {
    if (source.tokens().count() < sequenceTokens) {
      throw new IllegalArgumentException(
          "data set '%s' has %d tokens, expected at least one sequence of %d; use more text"
              .formatted(source.name(), source.tokens().count(), sequenceTokens));
    }
  }

  /** The sequences of slots {@code step * sequences} and following: [sequences, sequenceTokens]. */
  public int[][] batch(long step, int sequences) {
    seek(Math.multiplyExact(step, sequences));
    int[][] batch = new int[sequences][];
    for (int i = 0; i < sequences; i++) {
      int source = draw(position++);
      batch[i] = window(source, taken[source]++);
    }
    return batch;
  }

  /** The data set of each of these sequences, by its place among the sources: [sequences]. */
  public int[] dataSets(long step, int sequences) {
    long first = Math.multiplyExact(step, sequences);
    return IntStream.range(0, sequences).map(i -> draw(first + i)).toArray();
  }

  private void seek(long slot) {
    if (slot < 0) {
      throw new IllegalArgumentException("there is no slot " + slot);
    }
    if (slot < position) {
      position = 0;
      Arrays.fill(taken, 0);
    }
    while (position < slot) {
      taken[draw(position++)]++;
    }
  }

  /** Data set of a slot. */
  private int draw(long slot) {
    double last = bounds[bounds.length - 1];
    double value = new SplittableRandom(drawSeed + slot).nextDouble() * last;
    int source = 0;
    while (source < bounds.length - 1 && value >= bounds[source]) {
      source++;
    }
    return source;
  }

  private int[] window(int source, long number) {
    long windows = windowsOf(sources.get(source));
    long epoch = number / windows;
    if (epochs[source] == null || epochs[source].number() != epoch) {
      Source from = sources.get(source);
      String salt = "mix\0" + from.name() + "\0" + epoch;
      epochs[source] = new Epoch(epoch, new Windows(from.tokens(), sequenceTokens, seed, salt));
    }
    return epochs[source].windows().get((int) (number % windows));
  }

  private long windowsOf(Source source) {
    return source.tokens().count() / sequenceTokens;
  }

  /**
   * How often each data set will be seen, on average, when that many slots are used; for warnings.
   *
   * @return epochs by name, in the order of the sources
   */
  public Map<String, Double> epochs(long slots) {
    Map<String, Double> byName = new LinkedHashMap<>();
    double sum = bounds[bounds.length - 1];
    for (Source source : sources) {
      byName.put(source.name(), slots * (source.weight() / sum) / windowsOf(source));
    }
    return byName;
  }
}
