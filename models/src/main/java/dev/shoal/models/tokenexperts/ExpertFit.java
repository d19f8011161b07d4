package dev.shoal.models.tokenexperts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.moe.MoeTensor;
import java.util.List;

/**
 * Moves the weights of a layer's experts, once they are cut, towards what the dense model has
 * behind the layer.
 *
 * <p>Least squares by gradient: \( \min\, \mathrm{mean}_n |t(n) - \sum_e g_e(n)\, W_d^e
 * (\mathrm{SiLU}(W_g^e x) \odot W_u^e x)|^2 / \mathrm{mean}_n |t|^2 \) over gate, up and down of
 * the experts that each token has; t is the dense model's residual stream behind the layer without
 * the mixture's own behind its attention. AdamW in float32, batches of 16,384 tokens, a learning
 * rate that rises over the first twentieth of the steps and falls as a cosine. Of sixteen points on
 * the way and the start, the weights with the least error on the windows held out are taken.
 */
final class ExpertFit {

  private static final int LOOKS = 16;
  private static final double WARMUP = 0.05;
  private static final double WEIGHT_DECAY = 0.01;

  /** What is fitted. */
  static final List<MoeTensor> WEIGHTS = List.of(MoeTensor.GATE, MoeTensor.UP, MoeTensor.DOWN);

  private final KernelModule kernels;
  private final TokenExperts.Fit settings;
  private final HeldOut tokens;
  private final NDArray like;
  private final long block;

  ExpertFit(
      KernelModule kernels, TokenExperts.Fit settings, HeldOut tokens, NDArray like, long block) {
    this.kernels = kernels;
    this.settings = settings;
    this.tokens = tokens;
    this.like = like;
    this.block = block;
  }

  /**
   * What the experts of a layer learn from.
   *
   * @param inputs [N, H]
   * @param target [N, H]
   * @param chosen experts of each token, [N, K]
   * @param gates their shares, [N, K]
   * @param size mean of |t|^2
   */
  record Lesson(NDArray inputs, NDArray target, NDArray chosen, NDArray gates, double size) {

    private KernelArguments at(NDArray places, NDList experts) {
      return new KernelArguments()
          .add(inputs)
          .add(target)
          .add(places)
          .add(experts)
          .add(chosen)
          .add(gates)
          .add(size);
    }
  }

  /**
   * Gate [E, C, H], up [E, C, H] and down [E, H, C] as they are in a cut, in the dtype of
   * statistics.
   *
   * @param kept [E, C]
   */
  NDList begin(NDManager scope, NDList layer, NDArray kept, ExpertCuts.Cut cut) {
    KernelArguments arguments =
        new KernelArguments().add(layer).add(kept).add(cut.down()).add(like);
    return kernels.call(scope, "fit_begin", arguments);
  }

  /** What a router makes of a layer's tokens. */
  Lesson lesson(NDManager scope, NDArray inputs, NDArray target, NDArray router, NDArray chosen) {
    KernelArguments arguments =
        new KernelArguments().add(inputs).add(router).add(chosen).add(block);
    NDArray gates = kernels.call(scope, "gates_of", arguments).head();
    return new Lesson(inputs, target, chosen, gates, size(target));
  }

  /** Mean of |t|^2 over the tokens to learn from. */
  private double size(NDArray target) {
    try (NDManager scope = target.getManager().newSubManager()) {
      KernelArguments arguments = new KernelArguments().add(target).add(tokens.learned(scope));
      return kernels.call(scope, "target_size", arguments).head().toDoubleArray()[0];
    }
  }

  /**
   * Fits experts in place.
   *
   * @param experts gate [E, C, H], up [E, C, H], down [E, H, C], and a bias [E, H] or empty, which
   *     stays as it is
   */
  TokenExperts.Course fit(NDManager owner, Lesson lesson, NDList experts, LayerProgress progress) {
    try (NDManager scope = owner.newSubManager()) {
      NDList weights = new NDList(experts.subList(0, 3));
      NDList first = call(scope, "zeros_alike", weights);
      NDList second = call(scope, "zeros_alike", weights);
      NDArray held = tokens.held(scope);
      NDList best = call(scope, "copies_of", weights);
      double before = error(lesson, held, experts);
      TokenExperts.Course course = new TokenExperts.Course(before, before, 0);
      for (int s = 1; s <= settings.steps(); s++) {
        step(lesson, experts, first, second, s);
        if (isLook(s)) {
          double error = error(lesson, held, experts);
          if (error < course.after()) {
            course = new TokenExperts.Course(before, error, s);
            copy(weights, best);
          }
        }
        progress.step(s);
      }
      copy(best, weights);
      return course;
    }
  }

  private boolean isLook(int step) {
    return step == settings.steps()
        || step * LOOKS / settings.steps() > (step - 1) * LOOKS / settings.steps();
  }

  private void step(Lesson lesson, NDList experts, NDList first, NDList second, int step) {
    try (NDManager scope = lesson.inputs().getManager().newSubManager()) {
      KernelArguments arguments =
          lesson
              .at(tokens.batch(scope, TokenExperts.Fit.BATCH), experts)
              .add(first)
              .add(second)
              .add(step, rate(step), WEIGHT_DECAY);
      kernels.call(scope, "fit_step", arguments);
    }
  }

  private double rate(int step) {
    double share = (double) step / settings.steps();
    double falling = (1 + Math.cos(Math.PI * share)) / 2;
    return settings.learningRate() * Math.min(1, share / WARMUP) * falling;
  }

  /** What experts miss on the tokens held out. */
  double error(Lesson lesson, NDList experts) {
    try (NDManager scope = lesson.inputs().getManager().newSubManager()) {
      return error(lesson, tokens.held(scope), experts);
    }
  }

  /** What each expert misses of each token's target, beside those before it, [K, E, N]. */
  NDArray errors(NDManager scope, Lesson lesson, NDList experts, long rows) {
    KernelArguments arguments =
        new KernelArguments()
            .add(lesson.inputs())
            .add(lesson.target())
            .add(experts)
            .add(lesson.size())
            .add(rows)
            .add(lesson.chosen().getShape().get(1));
    return kernels.call(scope, "fitted_errors", arguments).head();
  }

  private double error(Lesson lesson, NDArray places, NDList experts) {
    try (NDManager scope = lesson.inputs().getManager().newSubManager()) {
      KernelArguments arguments = lesson.at(places, experts).add(block);
      return kernels.call(scope, "fit_error", arguments).head().toDoubleArray()[0];
    }
  }

  private NDList call(NDManager scope, String kernel, NDList arrays) {
    return kernels.call(scope, kernel, new KernelArguments().add(arrays));
  }

  private void copy(NDList from, NDList to) {
    try (NDManager scope = from.head().getManager().newSubManager()) {
      kernels.call(scope, "copy_over", new KernelArguments().add(to).add(from));
    }
  }
}
