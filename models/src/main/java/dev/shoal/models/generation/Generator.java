package dev.shoal.models.generation;

import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.tokens.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Lets a model write: token after token, each from the logits behind all before it, with a cache of
 * keys and values so that no token is computed twice.
 *
 * <p>Prompts are computed side by side, the longest first, and filled up behind their ends, where
 * no token looks: a text does not depend on its neighbours beyond the rounding of sums. Used by one
 * thread at a time.
 */
public final class Generator implements AutoCloseable {

  /** Told what may be shown, after every token of every text; may throw to stop. */
  @FunctionalInterface
  public interface Listener {

    /** Listens to nobody. */
    Listener NONE = (prompt, piece) -> {};

    /**
     * Called after a token.
     *
     * @param prompt index of the prompt
     * @param piece more of the text behind it, often a word, empty in the middle of a character.
     *     Put together, the pieces go on where the prompt ends, with the space between them
     */
    void written(int prompt, String piece);

    /** Called when a text has ended, after its last piece. */
    default void ended(int prompt) {}
  }

  private static final KernelModule.Fragment KERNELS =
      new KernelModule.Fragment(Generator.class, "generation.kernels");

  private final LanguageModel model;
  private final Function<int[], String> decoder;
  private final KernelModule kernels;

  /**
   * For a model, which is borrowed.
   *
   * @param decoder text of ids, without special tokens
   */
  public Generator(LanguageModel model, Function<int[], String> decoder) {
    this.model = model;
    this.decoder = decoder;
    this.kernels = KernelModule.load(model.device(), DenseModel.KERNELS, MoeModel.KERNELS, KERNELS);
  }

  /** What comes behind one prompt, shown while it is written. */
  public Generated generate(int[] prompt, GenerationSettings settings, Consumer<String> listener) {
    return generate(List.of(prompt), settings, (index, piece) -> listener.accept(piece)).get(0);
  }

  /**
   * What comes behind each prompt, in their order.
   *
   * @param prompts ids, with the begin token where the model wants one; at least 1 and fewer than
   *     the model's positions
   */
  public List<Generated> generate(
      List<int[]> prompts, GenerationSettings settings, Listener listener) {
    Continuation.Target target = new Continuation.Target(model.config().longestSequence(), decoder);
    List<Continuation> texts = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      check(prompts.get(i));
      long seed = Seeds.derive(settings.sampling().seed(), "text " + i);
      TokenSampler sampler = new TokenSampler(settings.sampling(), seed);
      texts.add(new Continuation(i, prompts.get(i), settings, sampler, target));
    }
    for (List<Continuation> batch : GenerationBatches.of(texts, settings, model.config())) {
      write(batch, settings, listener);
    }
    return texts.stream().map(Continuation::result).toList();
  }

  private void write(List<Continuation> batch, GenerationSettings settings, Listener listener) {
    int places = GenerationBatches.places(batch, settings, model.config());
    try (CachedDecoder cache = new CachedDecoder(model, kernels, batch.size(), places)) {
      read(cache, batch, listener);
      List<Continuation> rows = alive(cache, batch);
      while (!rows.isEmpty()) {
        long[] ids = rows.stream().mapToLong(Continuation::last).toArray();
        // A row whose text has ended writes its last token again and again, until it is forgotten.
        long[] at = rows.stream().mapToLong(Continuation::place).toArray();
        accept(rows, cache.step(ids, at), listener);
        rows = alive(cache, rows);
      }
    }
  }

  /** Prompts in portions, so that their activations stay small. */
  private void read(CachedDecoder cache, List<Continuation> batch, Listener listener) {
    int first = 0;
    while (first < batch.size()) {
      int longest = batch.get(first).prompt().length; // they come sorted
      int count = Math.max(1, LanguageModel.BATCH_TOKENS / longest);
      List<Continuation> portion = batch.subList(first, Math.min(batch.size(), first + count));
      int[][] prompts = portion.stream().map(Continuation::prompt).toArray(int[][]::new);
      accept(portion, cache.read(first, prompts), listener);
      first += portion.size();
    }
  }

  private void accept(List<Continuation> rows, float[] logits, Listener listener) {
    int vocabulary = model.config().vocabSize();
    for (int b = 0; b < rows.size(); b++) {
      Continuation row = rows.get(b);
      if (!row.ended()) {
        String piece = row.accept(logits, b * vocabulary, vocabulary);
        listener.written(row.index(), piece);
        if (row.ended()) {
          listener.ended(row.index());
        }
      }
    }
  }

  /** The rows to go on with; those whose text has ended are dropped once they are half of all. */
  private static List<Continuation> alive(CachedDecoder cache, List<Continuation> rows) {
    int[] kept = IntStream.range(0, rows.size()).filter(b -> !rows.get(b).ended()).toArray();
    if (kept.length * 2 > rows.size()) {
      return rows;
    }
    if (kept.length > 0) {
      cache.keep(kept);
    }
    return Arrays.stream(kept).mapToObj(rows::get).toList();
  }

  private void check(int[] prompt) {
    int positions = model.config().longestSequence();
    if (prompt.length < 1 || prompt.length >= positions) {
      throw new IllegalArgumentException(
          "a prompt has %d tokens; it must have at least 1 and, for this model, at most %d"
              .formatted(prompt.length, positions - 1));
    }
    for (int id : prompt) {
      if (id < 0 || id >= model.config().vocabSize()) {
        throw new IllegalArgumentException(
            "a prompt holds token %d; the model's vocabulary is 0 to %d, so it was tokenized for another model"
                .formatted(id, model.config().vocabSize() - 1));
      }
    }
  }

  @Override
  public void close() {
    kernels.close();
  }
}
