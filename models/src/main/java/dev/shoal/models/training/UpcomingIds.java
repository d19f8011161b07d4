package dev.shoal.models.training;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.engine.KernelArguments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The ids of steps on the devices; those of the next step can be there before this one ends.
 *
 * <p>Replica r of R takes the windows from n r / R on, in micro-batches.
 */
final class UpcomingIds implements AutoCloseable {

  /**
   * One step's.
   *
   * @param owner owns the ids
   * @param number of the step, counted from 0
   * @param tokens that are predicted, in all windows
   * @param replicas the micro-batches of each
   */
  record Step(NDManager owner, long number, long tokens, List<List<MicroBatch>> replicas)
      implements AutoCloseable {

    @Override
    public void close() {
      owner.close();
    }
  }

  private final Batches batches;
  private final List<BackwardPass> passes;
  private final TrainingSettings settings;
  private Step next; // null where none was uploaded

  UpcomingIds(Batches batches, List<BackwardPass> passes, TrainingSettings settings) {
    this.batches = batches;
    this.passes = passes;
    this.settings = settings;
  }

  /** Uploads a step's ids; on GPUs behind what they have to do, and without waiting for them. */
  void prepare(long step) {
    close();
    next = upload(step);
  }

  /** The ids of a step, those prepared if they are of that step. The caller closes them. */
  Step take(long step) {
    if (next == null || next.number() != step) {
      prepare(step);
    }
    Step taken = next;
    next = null;
    return taken;
  }

  @Override
  public void close() {
    if (next != null) {
      next.close();
      next = null;
    }
  }

  private Step upload(long step) {
    int[][] windows = batches.batch(step);
    if (windows.length < passes.size()) {
      throw new IllegalArgumentException(
          "a step has %d windows for %d devices; give each at least one: raise training.batch_tokens or use fewer devices"
              .formatted(windows.length, passes.size()));
    }
    Optional<int[][]> dataSets =
        settings.losses().needsDataSets()
            ? Optional.of(oneHot(batches.dataSets(step, windows.length)))
            : Optional.empty();
    NDManager owner = passes.get(0).manager().newSubManager();
    List<List<MicroBatch>> replicas = new ArrayList<>();
    for (int r = 0; r < passes.size(); r++) {
      int begin = windows.length * r / passes.size();
      int end = windows.length * (r + 1) / passes.size();
      BackwardPass pass = passes.get(r);
      NDManager scope = owner.newSubManager(pass.manager().getDevice());
      long part = Math.max(1, settings.memory().microBatchTokens() / windows[0].length);
      NDList ids = upload(scope, pass, Arrays.copyOfRange(windows, begin, end), part);
      Optional<NDList> of =
          dataSets.map(rows -> upload(scope, pass, Arrays.copyOfRange(rows, begin, end), part));
      replicas.add(microBatches(ids, of));
    }
    long tokens = (long) windows.length * (windows[0].length - 1);
    return new Step(owner, step, tokens, replicas);
  }

  /** Rows on the device, so many at a time. */
  private static NDList upload(NDManager scope, BackwardPass pass, int[][] rows, long part) {
    KernelArguments arguments = new KernelArguments().add(pass.model().ids(scope, rows)).add(part);
    return pass.kernels().call(scope, "micro_batches", arguments);
  }

  private static List<MicroBatch> microBatches(NDList ids, Optional<NDList> dataSets) {
    return IntStream.range(0, ids.size())
        .mapToObj(i -> new MicroBatch(ids.get(i), dataSets.map(all -> all.get(i))))
        .toList();
  }

  /** [B] -> [B, D] */
  private static int[][] oneHot(int[] dataSets) {
    int count = Arrays.stream(dataSets).max().orElse(0) + 1;
    int[][] rows = new int[dataSets.length][count];
    for (int i = 0; i < rows.length; i++) {
      rows[i][dataSets[i]] = 1;
    }
    return rows;
  }
}
