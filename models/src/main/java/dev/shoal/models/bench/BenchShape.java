package dev.shoal.models.bench;

import dev.shoal.models.config.Family;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.config.RopeSettings;
import dev.shoal.models.config.SpecialTokens;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The sizes of the dense model that is measured; its weights are random.
 *
 * @param name for people
 * @param config its architecture
 * @param windowTokens S, tokens of a training window
 */
public record BenchShape(String name, LlamaConfig config, int windowTokens) {

  private static final int LONGEST_WINDOW = 1024;

  /** TinyLlama 1.1B. */
  static final BenchShape TINYLLAMA =
      new BenchShape("tinyllama", llama(new int[] {32_000, 2048, 5632, 22, 32, 4, 64}), 1024);

  /** 27 million parameters, small enough for a processor. */
  static final BenchShape LAB_27M =
      new BenchShape("lab-27m-like", llama(new int[] {8192, 512, 1536, 6, 8, 4, 64}), 256);

  /** To see that everything works. */
  static final BenchShape TINY =
      new BenchShape("tiny", llama(new int[] {512, 64, 256, 3, 4, 2, 16}), 64);

  private static final List<BenchShape> ALL = List.of(TINYLLAMA, LAB_27M, TINY);

  /**
   * One of those that have a name.
   *
   * @throws IllegalArgumentException naming them if it is none
   */
  public static BenchShape named(String name) {
    return ALL.stream()
        .filter(shape -> shape.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "shape is '%s', expected %s; give another model's folder with --model"
                        .formatted(
                            name,
                            ALL.stream().map(BenchShape::name).collect(Collectors.joining(", ")))));
  }

  /** That of a model in a folder, of which only the configuration is read. */
  public static BenchShape of(Path folder) {
    LlamaConfig config = LlamaConfig.read(folder);
    int window = Math.min(LONGEST_WINDOW, config.longestSequence());
    return new BenchShape(folder.toAbsolutePath().getFileName().toString(), config, window);
  }

  /** A plain Llama of V, H, F, L, heads, key-value heads and head size. */
  private static LlamaConfig llama(int[] sizes) {
    return new LlamaConfig(
        Family.LLAMA,
        sizes[0],
        sizes[1],
        sizes[2],
        sizes[3],
        sizes[4],
        sizes[5],
        sizes[6],
        2048,
        null,
        1e-5,
        new RopeSettings(10_000),
        false,
        SpecialTokens.NONE);
  }
}
