package dev.shoal.activities;

import dev.shoal.activities.devices.DoesNotFitException;
import dev.shoal.activities.devices.TrainingMemory;
import dev.shoal.models.engine.OutOfDeviceMemoryException;
import dev.shoal.models.plan.MemoryBudget;
import dev.shoal.models.plan.MemoryPlan;
import dev.shoal.models.training.DivergedException;
import dev.shoal.workflows.stages.TrainingActivities.Stage;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a training stage goes on with. It travels with every checkpoint: gradients that are added up
 * in another order are not the same bit for bit, and a stage that diverged stays careful.
 *
 * @param microBatchWindows windows of one forward and backward pass
 * @param rateShare of the learning rate that was asked for; null means all, as in older checkpoints
 */
record TrainingTerms(int microBatchWindows, Double rateShare) {

  private static final double CAREFUL = 0.5;

  private static final JsonFile<TrainingTerms> FILE =
      new JsonFile<>("memory.json", TrainingTerms.class);
  private static final Logger LOG = LoggerFactory.getLogger(TrainingTerms.class);

  TrainingTerms {
    rateShare = rateShare == null ? 1.0 : rateShare;
  }

  /** Nothing is known yet that stands against anything. */
  static TrainingTerms free() {
    return new TrainingTerms(Integer.MAX_VALUE, 1.0);
  }

  /** Those of a checkpoint, where it has any, within these. */
  TrainingTerms within(Path checkpoint) {
    if (checkpoint == null || !FILE.isIn(checkpoint)) {
      return this;
    }
    TrainingTerms before = FILE.read(checkpoint);
    return new TrainingTerms(
        Math.min(microBatchWindows, before.microBatchWindows),
        Math.min(rateShare, before.rateShare));
  }

  /**
   * How the stage fits within these terms.
   *
   * @throws DoesNotFitException in the plan's words when it does not
   */
  MemoryPlan.Fits fit(TrainingMemory memory, Stage stage, MemoryBudget budget) {
    MemoryPlan.Fits fits = fits(memory.choose(stage, budget));
    if (fits.microBatchWindows() <= microBatchWindows) {
      return warned(fits);
    }
    return warned(fits(memory.choose(stage, budget, microBatchWindows)));
  }

  private MemoryPlan.Fits warned(MemoryPlan.Fits fits) {
    boolean smaller = fits.microBatchWindows() < microBatchWindows;
    if (smaller && microBatchWindows != free().microBatchWindows) {
      LOG.warn(
          "a micro-batch of {} windows, as before, does not fit here; with {} the result may differ in the last bits",
          microBatchWindows,
          fits.microBatchWindows());
    }
    return fits;
  }

  private static MemoryPlan.Fits fits(MemoryPlan plan) {
    return plan.fold(
        fits -> fits,
        tooLarge -> {
          throw new DoesNotFitException(tooLarge.message());
        });
  }

  /** The terms as the plan met them. */
  TrainingTerms met(MemoryPlan.Fits fits) {
    return new TrainingTerms(fits.microBatchWindows(), rateShare);
  }

  /** Half the learning rate, once; whoever diverges again has diverged. */
  TrainingTerms after(DivergedException failure) {
    if (rateShare < 1) {
      throw failure;
    }
    LOG.warn("{}; it goes back once, to half the learning rate", failure.getMessage());
    return new TrainingTerms(microBatchWindows, CAREFUL);
  }

  /** Half the micro-batch, of which a step takes twice as many. */
  TrainingTerms after(OutOfDeviceMemoryException failure) {
    if (microBatchWindows == 1) {
      throw failure;
    }
    LOG.warn("{}; it goes on with half the micro-batch", failure.getMessage());
    return new TrainingTerms(microBatchWindows / 2, rateShare);
  }

  /** What a person should know about the result. */
  String note() {
    return rateShare < 1
        ? "at %s of the learning rate, since training diverged once".formatted(rateShare)
        : "";
  }

  void write(Path folder) {
    FILE.write(folder, this);
  }
}
