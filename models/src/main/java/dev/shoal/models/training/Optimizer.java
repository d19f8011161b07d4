package dev.shoal.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelArguments;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * AdamW with betas 0.9 and 0.999 and epsilon 1e-8, on float32 weights, in place.
 *
 * <p>\( m = \beta_1 m + (1 - \beta_1) g,\; v = \beta_2 v + (1 - \beta_2) g^2,\; w = w (1 - \eta
 * \lambda) - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon} \), t
 * counting from 1. Gradients whose global norm exceeds the limit are scaled down to it first. Decay
 * applies to matrices alone.
 *
 * <p>With several replicas each owns a share of the weights: it gathers their gradients from the
 * others in the order of the replicas, keeps their moments, updates them and gives them back.
 */
final class Optimizer implements AutoCloseable {

  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final List<BackwardPass> passes;
  private final TrainingSettings settings;
  private final Shares shares;
  private final NDManager host = Engine.newManager(Device.cpu());
  private final NDList first = new NDList();
  private final NDList second = new NDList();

  Optimizer(List<BackwardPass> passes, TrainingSettings settings) {
    this.passes = passes;
    this.settings = settings;
    NDList weights = passes.get(0).trainables().weights();
    this.shares = Shares.of(weights, passes.size());
    for (int i = 0; i < weights.size(); i++) {
      NDManager home = onHost() ? host : passes.get(shares.owner(i)).manager();
      NDArray weight = weights.get(i);
      first.add(home.zeros(weight.getShape(), weight.getDataType()));
      second.add(home.zeros(weight.getShape(), weight.getDataType()));
    }
  }

  /** First moments in the order of the trainables. */
  NDList first() {
    return first;
  }

  /** Second moments in the order of the trainables. */
  NDList second() {
    return second;
  }

  /**
   * One step. Nothing changes where a loss or a gradient is no number.
   *
   * @param step counted from 0
   * @param gradients of each replica
   * @param losses of each replica, [2] or more
   * @return sums of all losses and, last, the norm of all gradients before they were scaled
   */
  double[] update(NDManager scope, long step, List<NDList> gradients, NDList losses) {
    gather(scope, gradients);
    NDList norms = new NDList();
    for (int r = 0; r < passes.size(); r++) {
      KernelArguments mine = new KernelArguments().add(shares.of(r, gradients.get(r)));
      norms.add(passes.get(r).kernels().call(scope, "gradient_norm", mine).head());
    }
    KernelArguments arguments =
        new KernelArguments().add(losses).add(norms).add(settings.maxGradientNorm());
    NDList guard = passes.get(0).kernels().call(scope, "step_guard", arguments);
    NDArray report = guard.remove(0);
    for (int r = 0; r < passes.size(); r++) {
      NDList here = r == 0 ? guard : copies(scope, r, guard);
      update(scope, step, new Update(r, gradients.get(r), here));
    }
    spread(scope);
    passes.forEach(BackwardPass::refresh);
    return report.toDoubleArray();
  }

  @Override
  public void close() {
    host.close();
  }

  private boolean onHost() {
    return settings.memory().momentsOnHost();
  }

  /** Every owner adds up what the others found for its share. */
  private void gather(NDManager scope, List<NDList> gradients) {
    for (int r = 0; r < passes.size(); r++) {
      for (int other = 0; other < passes.size(); other++) {
        if (other != r) {
          KernelArguments arguments =
              new KernelArguments()
                  .add(shares.of(r, gradients.get(r)))
                  .add(shares.of(r, gradients.get(other)));
          passes.get(r).kernels().call(scope, "add_into", arguments);
        }
      }
    }
  }

  /** Every owner gives its share to the others. */
  private void spread(NDManager scope) {
    for (int r = 0; r < passes.size(); r++) {
      for (int other = 0; other < passes.size(); other++) {
        if (other != r) {
          KernelArguments arguments =
              new KernelArguments()
                  .add(shares.of(r, passes.get(other).trainables().weights()))
                  .add(shares.of(r, passes.get(r).trainables().weights()));
          passes.get(other).kernels().call(scope, "copy_into", arguments);
        }
      }
    }
  }

  /** What one replica updates its share with; the guard is on its device. */
  private record Update(int replica, NDList gradients, NDList guard) {}

  private void update(NDManager scope, long step, Update update) {
    double rate = settings.learningRate().at(step, settings.totalSteps());
    double[] numbers = {step + 1, rate, BETA1, BETA2, EPSILON, settings.weightDecay()};
    if (settings.weightDecay() == 0) {
      update(scope, update, numbers, dimensions -> true);
      return;
    }
    update(scope, update, numbers, dimensions -> dimensions > 1);
    numbers[5] = 0;
    update(scope, update, numbers, dimensions -> dimensions == 1);
  }

  private void update(
      NDManager scope, Update update, double[] numbers, IntPredicate wantedDimensions) {
    BackwardPass pass = passes.get(update.replica());
    NDList weights = pass.trainables().weights();
    IntPredicate wanted = i -> wantedDimensions.test(weights.get(i).getShape().dimension());
    KernelArguments arguments = new KernelArguments();
    for (NDList list : List.of(weights, update.gradients(), first, second)) {
      NDList mine = shares.of(update.replica(), list, wanted);
      if (mine.isEmpty()) {
        return;
      }
      arguments.add(mine);
    }
    String kernel = onHost() ? "adamw_hosted" : "adamw";
    pass.kernels().call(scope, kernel, arguments.add(update.guard()).add(numbers));
  }

  private NDList copies(NDManager scope, int r, NDList guard) {
    KernelArguments arguments =
        new KernelArguments().add(passes.get(r).trainables().weights().head()).add(guard);
    return passes.get(r).kernels().call(scope, "copies", arguments);
  }
}
