package dev.shoal.models.tasks;

import java.util.ArrayList;
import java.util.List;

/**
 * Chooses worked examples as lm-evaluation-harness does. One sampler serves the items of a task in
 * their order; leaving one out changes the examples of those after it.
 */
final class FewShotSampler {

  private final FewShot settings;
  private final List<Example> pool;
  private final boolean fromItself;
  private final PythonRandom random;

  FewShotSampler(Task task) {
    this.settings = task.spec().fewShot();
    this.pool = task.pool();
    this.fromItself = settings.path().isEmpty();
    this.random = new PythonRandom(settings.seed());
  }

  /** The examples of the next item, in the order they stand in its prompt. */
  List<Example> next(Example item) {
    int count = settings.count();
    if (count == 0) {
      return List.of();
    }
    if (settings.order() == FewShot.Order.FIRST_N) {
      return first(fromItself ? without(item, pool) : pool);
    }
    if (!fromItself) {
      return draw(pool, count);
    }
    List<Example> others = without(item, draw(pool, count + 1));
    // Fewer only where the file holds the item more than once.
    return others.size() >= count ? others.subList(0, count) : draw(without(item, pool), count);
  }

  private List<Example> draw(List<Example> from, int count) {
    requireEnough(from, count);
    return random.sample(from.size(), count).stream().map(from::get).toList();
  }

  private List<Example> first(List<Example> from) {
    requireEnough(from, settings.count());
    return from.subList(0, settings.count());
  }

  private void requireEnough(List<Example> from, int count) {
    if (from.size() < count) {
      throw new TaskException(
          "%d examples that differ from the item are too few for num_fewshot %d; give more rows"
              .formatted(from.size(), settings.count()));
    }
  }

  private static List<Example> without(Example item, List<Example> from) {
    List<Example> others = new ArrayList<>(from);
    others.removeIf(example -> example.fields().equals(item.fields()));
    return others;
  }
}
