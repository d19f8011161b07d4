package dev.shoal.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.engine.KernelArguments;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One step's windows over all replicas, each on a thread of its own; one alone takes all of them,
 * here.
 */
final class DataParallel implements AutoCloseable {

  /**
   * What all replicas found.
   *
   * @param gradients of each replica in the order of the trainables
   * @param losses of each replica, float64 on its device; see {@link BackwardPass#run}
   */
  record Found(List<NDList> gradients, NDList losses) {}

  private final List<BackwardPass> passes;
  private final ExecutorService threads;

  DataParallel(List<Replica> replicas, TrainingStage stage, TrainingSettings settings) {
    this.passes =
        replicas.stream().map(replica -> new BackwardPass(replica, stage, settings)).toList();
    this.threads = Executors.newFixedThreadPool(replicas.size());
  }

  /** Of each replica. */
  List<BackwardPass> passes() {
    return passes;
  }

  /**
   * Losses and gradients of a step, owned by the scope.
   *
   * @param windows micro-batches of each replica
   * @param scale weight of one token in the step's loss
   */
  Found run(NDManager scope, List<List<MicroBatch>> windows, double scale) {
    List<Callable<Part>> work = new ArrayList<>();
    for (int r = 0; r < passes.size(); r++) {
      BackwardPass pass = passes.get(r);
      List<MicroBatch> mine = windows.get(r);
      work.add(() -> run(pass, scope, mine, scale));
    }
    List<NDList> gradients = new ArrayList<>();
    NDList losses = new NDList();
    for (Part part : inParallel(work)) {
      gradients.add(part.gradients());
      losses.add(part.losses());
    }
    return new Found(gradients, losses);
  }

  @Override
  public void close() {
    threads.shutdown();
    passes.forEach(BackwardPass::close);
  }

  private record Part(NDList gradients, NDArray losses) {}

  private static Part run(
      BackwardPass pass, NDManager owner, List<MicroBatch> microBatches, double scale) {
    NDManager scope = owner.newSubManager(pass.manager().getDevice());
    Gradients gradients = new Gradients(pass.kernels(), scope, pass.trainables().size());
    NDArray losses = null;
    for (MicroBatch windows : microBatches) {
      NDArray more = pass.run(gradients, scope, windows, scale);
      if (losses == null) {
        losses = more;
      } else {
        KernelArguments sum = new KernelArguments().add(new NDList(losses)).add(new NDList(more));
        pass.kernels().call(scope, "accumulate", sum);
      }
    }
    return new Part(gradients.all(), losses);
  }

  private List<Part> inParallel(List<Callable<Part>> work) {
    try {
      if (work.size() == 1) {
        return List.of(work.get(0).call());
      }
      List<Part> parts = new ArrayList<>();
      for (Future<Part> future : threads.invokeAll(work)) {
        parts.add(future.get());
      }
      return parts;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the devices computed", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
