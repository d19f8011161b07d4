package dev.shoal.models.generation;

import dev.shoal.models.config.LlamaConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which texts are written side by side: neighbours in length, as many as their caches have room.
 */
final class GenerationBatches {

  /** Most rows of a batch; more would not be faster on the machines measured. */
  private static final int ROWS = 64;

  /** Most values of all caches of a batch: half a gigabyte in float32. */
  private static final long CACHE_VALUES = 1L << 27;

  private GenerationBatches() {}

  /** The texts in batches, the longest prompt first. */
  static List<List<Continuation>> of(
      List<Continuation> texts, GenerationSettings settings, LlamaConfig config) {
    List<Continuation> sorted = new ArrayList<>(texts);
    sorted.sort(Comparator.comparingInt(text -> -text.prompt().length));
    List<List<Continuation>> batches = new ArrayList<>();
    for (int begin = 0; begin < sorted.size(); ) {
      long row =
          valuesPerPlace(config) * places(sorted.subList(begin, begin + 1), settings, config);
      int rows = (int) Math.max(1, Math.min(ROWS, CACHE_VALUES / row));
      int end = Math.min(sorted.size(), begin + rows);
      batches.add(sorted.subList(begin, end));
      begin = end;
    }
    return batches;
  }

  /** Places that the caches of a batch need; the first prompt is the longest. */
  static int places(List<Continuation> batch, GenerationSettings settings, LlamaConfig config) {
    long wanted = (long) batch.get(0).prompt().length + settings.maxNewTokens();
    return (int) Math.min(wanted, config.longestSequence());
  }

  private static long valuesPerPlace(LlamaConfig config) {
    return 2L * config.numLayers() * config.numKeyValueHeads() * config.headSize();
  }
}
