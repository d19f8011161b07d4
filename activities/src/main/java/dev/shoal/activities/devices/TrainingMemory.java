package dev.shoal.activities.devices;

import dev.shoal.models.engine.Device;
import dev.shoal.models.plan.MemoryBudget;
import dev.shoal.models.plan.MemoryNeed;
import dev.shoal.models.plan.MemoryPlan;
import dev.shoal.models.plan.MoeShape;
import dev.shoal.models.plan.TrainedWeights;
import dev.shoal.models.prune.Compensation;
import dev.shoal.workflows.request.Training;
import dev.shoal.workflows.stages.TrainingActivities.Stage;
import java.util.List;

/**
 * The memory of a run's training stages; the plan of a run and the stage itself ask here, so that
 * they get the same answer.
 *
 * @param moe the mixture
 * @param compensation whether its experts carry a bias
 * @param training resolved settings
 * @param devices where it is trained, in which precision; more than windows of a step are not used
 */
public record TrainingMemory(
    MoeShape moe, Compensation compensation, Training training, List<Device> devices) {

  /** Leaves out devices that would have nothing to do. */
  public TrainingMemory {
    int windows = training.batchTokens() / training.sequenceTokens();
    devices = List.copyOf(devices.subList(0, Math.min(devices.size(), Math.max(1, windows))));
  }

  /** What a stage changes. */
  public static TrainedWeights weights(Stage stage, Training training) {
    if (stage == Stage.ROUTER) {
      return TrainedWeights.router();
    }
    return switch (training.weights()) {
      case LORA -> TrainedWeights.lora(training.lora().r());
      case FULL -> TrainedWeights.full();
    };
  }

  /** The same as the plan sees it. */
  public dev.shoal.models.plan.Training planned(Stage stage) {
    return new dev.shoal.models.plan.Training(
        weights(stage, training), training.sequenceTokens(), training.distillation().weight() > 0);
  }

  /** Windows of one optimizer step on the device that has most. */
  private int batchWindows() {
    int windows = training.batchTokens() / training.sequenceTokens();
    return (windows + devices.size() - 1) / devices.size();
  }

  /** How the stage fits, or what would. */
  public MemoryPlan choose(Stage stage, MemoryBudget budget) {
    return choose(stage, budget, batchWindows());
  }

  /**
   * How the stage fits with micro-batches up to a size.
   *
   * @param mostWindows windows of a micro-batch
   */
  public MemoryPlan choose(Stage stage, MemoryBudget budget, int mostWindows) {
    return MemoryPlan.choose(
        new MemoryNeed(moe, planned(stage), compensation, devices.get(0), devices.size()),
        budget,
        mostWindows);
  }
}
