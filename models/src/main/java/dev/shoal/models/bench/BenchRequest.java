package dev.shoal.models.bench;

import dev.shoal.models.engine.Device;
import dev.shoal.models.training.TrainingSettings.Memory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be measured, and where.
 *
 * @param devices of one kind; only training uses more than the first
 * @param shape of the model
 * @param works in their order
 * @param results file for one line of JSON for each work
 */
public record BenchRequest(
    List<Device> devices, BenchShape shape, List<BenchWork> works, Optional<Path> results) {

  /** Names of options, without their dashes. */
  public static final List<String> OPTIONS =
      List.of("shape", "model", "tokens", "micro", "segment", "steps", "works", "results");

  private static final int EXPERTS = 8;
  private static final int WINDOWS = 16;
  private static final int STEPS = 8;

  /**
   * Understands options by their names; what is missing is chosen so that all of it takes about a
   * minute on the devices at hand.
   *
   * @throws IllegalArgumentException in a sentence that says what is wrong
   */
  public static BenchRequest of(List<Device> devices, Map<String, String> options) {
    boolean small = devices.get(0).isCpu();
    BenchShape shape =
        options.containsKey("model")
            ? BenchShape.of(Path.of(options.get("model")))
            : BenchShape.named(options.getOrDefault("shape", small ? "tiny" : "tinyllama"));
    int tokens = number(options, "tokens", WINDOWS * shape.windowTokens());
    Memory memory =
        new Memory(
            number(options, "micro", tokens),
            number(options, "segment", shape.config().numLayers()));
    int steps = number(options, "steps", STEPS);
    StageBench.Settings usual =
        new StageBench.Settings(EXPERTS, shape.windowTokens(), tokens, memory, steps);
    String works =
        options.getOrDefault(
            "works",
            small
                ? "calibrate,affinity2,router,experts,full"
                : "calibrate,affinity,router,experts");
    return new BenchRequest(
        List.copyOf(devices),
        shape,
        Arrays.stream(works.split(",", -1)).map(work -> BenchWork.parse(work, usual)).toList(),
        Optional.ofNullable(options.get("results")).map(Path::of));
  }

  private static int number(Map<String, String> options, String name, int otherwise) {
    String text = options.get(name);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[1-9]\\d{0,8}")) {
      throw new IllegalArgumentException(
          "%s is '%s'; it must be a whole number, at least 1".formatted(name, text));
    }
    return Integer.parseInt(text);
  }
}
