package dev.shoal.activities;

import dev.shoal.activities.devices.DoesNotFitException;
import dev.shoal.activities.devices.TrainingMemory;
import dev.shoal.models.plan.MemoryBudget;
import dev.shoal.models.plan.MemoryPlan;
import dev.shoal.workflows.stages.TrainingActivities.Stage;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The micro-batch of a training stage. It is chosen when the stage begins and travels with every
 * checkpoint, since gradients that are added up in another order are not the same bit for bit.
 *
 * @param microBatchWindows windows of one forward and backward pass
 */
record BatchMemory(int microBatchWindows) {

  private static final JsonFile<BatchMemory> FILE =
      new JsonFile<>("memory.json", BatchMemory.class);
  private static final Logger LOG = LoggerFactory.getLogger(BatchMemory.class);

  /**
   * How the stage fits.
   *
   * @param checkpoint to go on from; null to begin
   * @throws DoesNotFitException in the plan's words when it does not
   */
  static MemoryPlan.Fits choose(
      TrainingMemory memory, Stage stage, MemoryBudget budget, Path checkpoint) {
    MemoryPlan.Fits fits = fits(memory.choose(stage, budget));
    if (checkpoint == null || !FILE.isIn(checkpoint)) {
      return fits;
    }
    int before = read(checkpoint).microBatchWindows();
    MemoryPlan.Fits asBefore = fits(memory.choose(stage, budget, before));
    if (asBefore.microBatchWindows() == before) {
      return asBefore;
    }
    LOG.warn(
        "a micro-batch of {} windows, as before, does not fit here; with {} the result may differ in the last bits",
        before,
        fits.microBatchWindows());
    return fits;
  }

  private static MemoryPlan.Fits fits(MemoryPlan plan) {
    return plan.fold(
        fits -> fits,
        tooLarge -> {
          throw new DoesNotFitException(tooLarge.message());
        });
  }

  void write(Path folder) {
    FILE.write(folder, this);
  }

  private static BatchMemory read(Path folder) {
    return FILE.read(folder);
  }
}
