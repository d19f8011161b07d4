package dev.shoal.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import java.util.function.IntPredicate;

/**
 * AdamW with betas 0.9 and 0.999 and epsilon 1e-8, on float32 weights, in place.
 *
 * <p>\( m = \beta_1 m + (1 - \beta_1) g,\; v = \beta_2 v + (1 - \beta_2) g^2,\; w = w (1 - \eta
 * \lambda) - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon} \), t
 * counting from 1. Gradients whose global norm exceeds the limit are scaled down to it first. Decay
 * applies to matrices alone.
 */
final class Optimizer {

  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final KernelModule kernels;
  private final TrainingSettings settings;
  private final Trainables trainables;
  private final NDList first = new NDList();
  private final NDList second = new NDList();

  Optimizer(
      KernelModule kernels, TrainingSettings settings, Trainables trainables, NDManager owner) {
    this.kernels = kernels;
    this.settings = settings;
    this.trainables = trainables;
    for (NDArray weight : trainables.weights()) {
      first.add(owner.zeros(weight.getShape(), weight.getDataType()));
      second.add(owner.zeros(weight.getShape(), weight.getDataType()));
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

  /** Euclidean norm of all gradients together. */
  double norm(NDManager scope, NDList gradients) {
    return kernels
        .call(scope, "gradient_norm", new KernelArguments().add(gradients))
        .head()
        .toDoubleArray()[0];
  }

  /**
   * One step.
   *
   * @param step counted from 0
   * @param norm global norm of the gradients
   */
  void update(NDManager scope, NDList gradients, long step, double norm) {
    double shrink = Math.min(1, settings.maxGradientNorm() / (norm + 1e-6));
    double rate = settings.learningRate().at(step, settings.totalSteps());
    double[] numbers = {step + 1, rate, BETA1, BETA2, EPSILON, settings.weightDecay(), shrink};
    if (settings.weightDecay() == 0) {
      update(scope, gradients, numbers, dimensions -> true);
      return;
    }
    update(scope, gradients, numbers, dimensions -> dimensions > 1);
    numbers[5] = 0;
    update(scope, gradients, numbers, dimensions -> dimensions == 1);
  }

  private void update(
      NDManager scope, NDList gradients, double[] numbers, IntPredicate dimensions) {
    NDList all = trainables.weights();
    NDList[] chosen = {new NDList(), new NDList(), new NDList(), new NDList()};
    for (int i = 0; i < all.size(); i++) {
      if (dimensions.test(all.get(i).getShape().dimension())) {
        chosen[0].add(all.get(i));
        chosen[1].add(gradients.get(i));
        chosen[2].add(first.get(i));
        chosen[3].add(second.get(i));
      }
    }
    if (!chosen[0].isEmpty()) {
      KernelArguments arguments = new KernelArguments();
      for (NDList list : chosen) {
        arguments.add(list);
      }
      kernels.call(scope, "adamw", arguments.add(scope.create(numbers)));
    }
  }
}
