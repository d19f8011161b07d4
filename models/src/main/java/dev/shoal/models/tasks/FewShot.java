package dev.shoal.models.tasks;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Worked examples in front of every question.
 *
 * @param count how many; 0 for none
 * @param path file they come from; without one, the task's own file, an item never being its own
 *     example
 * @param order how they are chosen
 * @param seed of the harness's generator, one a task
 */
public record FewShot(int count, Optional<Path> path, Order order, long seed) {

  /** The harness's own {@code fewshot_random_seed}. */
  public static final long HARNESS_SEED = 1234;

  /** None. */
  public static final FewShot NONE = new FewShot(0, Optional.empty(), Order.SAMPLED, HARNESS_SEED);

  /** How examples are chosen, as the harness's samplers. */
  public enum Order {
    /**
     * Drawn by one generator that goes on from item to item, so that an item's examples depend on
     * its place in the file.
     */
    SAMPLED("default"),
    /** The first ones of the file, the same for every item, as MMLU has it. */
    FIRST_N("first_n");

    private final String word;

    Order(String word) {
      this.word = word;
    }

    /** The harness's word. */
    public String word() {
      return word;
    }
  }

  /** Rejects a negative count. */
  public FewShot {
    if (count < 0) {
      throw new TaskException("num_fewshot is %d; it must be 0 or more".formatted(count));
    }
  }

  /** Drawn from a file by the harness's generator with its own seed. */
  public static FewShot sampled(int count, Path path) {
    return new FewShot(count, Optional.of(path), Order.SAMPLED, HARNESS_SEED);
  }
}
