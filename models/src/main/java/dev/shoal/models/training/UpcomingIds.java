package dev.shoal.models.training;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.engine.KernelArguments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
   * @param replicas the micro-batches of each, [B, S] int64 on its device
   */
  record Step(NDManager owner, long number, long tokens, List<NDList> replicas)
      implements AutoCloseable {

    @Override
    public void close() {
      owner.close();
    }
  }

  private final Batches batches;
  private final List<BackwardPass> passes;
  private final int microBatchTokens;
  private Step next; // null where none was uploaded

  UpcomingIds(Batches batches, List<BackwardPass> passes, int microBatchTokens) {
    this.batches = batches;
    this.passes = passes;
    this.microBatchTokens = microBatchTokens;
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
    NDManager owner = passes.get(0).manager().newSubManager();
    List<NDList> replicas = new ArrayList<>();
    for (int r = 0; r < passes.size(); r++) {
      int begin = windows.length * r / passes.size();
      int end = windows.length * (r + 1) / passes.size();
      replicas.add(upload(owner, passes.get(r), Arrays.copyOfRange(windows, begin, end)));
    }
    long tokens = (long) windows.length * (windows[0].length - 1);
    return new Step(owner, step, tokens, replicas);
  }

  private NDList upload(NDManager owner, BackwardPass pass, int[][] windows) {
    NDManager scope = owner.newSubManager(pass.manager().getDevice());
    long part = Math.max(1, microBatchTokens / windows[0].length);
    KernelArguments arguments =
        new KernelArguments().add(pass.model().ids(scope, windows)).add(part);
    return pass.kernels().call(scope, "micro_batches", arguments);
  }
}
