package dev.shoal.models.training;

/** The loss or its gradient is no longer a number. The weights are those before the step. */
public final class DivergedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final long step;
  private final double loss;

  /** What came out of a step, counted from 0. */
  public DivergedException(long step, double loss, double gradientNorm) {
    super(
        "training diverged in step %d: loss %s, gradient norm %s; go back to a checkpoint and use a lower learning rate"
            .formatted(step, loss, gradientNorm));
    this.step = step;
    this.loss = loss;
  }

  /** The step that failed, counted from 0. */
  public long step() {
    return step;
  }

  /** Its loss. */
  public double loss() {
    return loss;
  }
}
