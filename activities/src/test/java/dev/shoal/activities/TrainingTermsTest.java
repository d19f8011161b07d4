package dev.shoal.activities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.activities.devices.DoesNotFitException;
import dev.shoal.activities.devices.TrainingMemory;
import dev.shoal.activities.stage.Failures;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.OutOfDeviceMemoryException;
import dev.shoal.models.plan.MemoryBudget;
import dev.shoal.models.plan.MemoryPlan;
import dev.shoal.models.plan.ModelShape;
import dev.shoal.models.plan.MoeShape;
import dev.shoal.models.prune.Compensation;
import dev.shoal.models.training.DivergedException;
import dev.shoal.workflows.request.Training;
import dev.shoal.workflows.stages.TrainingActivities.Stage;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The micro-batch of a training stage")
class TrainingTermsTest {

  private static final MoeShape PICO =
      new MoeShape(new ModelShape(10, 4, 6, 2, 2, 1, 2, false), 3, 1, 3);
  private static final Training TRAINING =
      new Training(
          0L,
          64L,
          Training.TrainedWeights.LORA,
          new Training.Lora(2, 4.0),
          new Training.Distillation(1.0, 1.0),
          Training.Losses.NONE,
          1e-3,
          64,
          0.0,
          Training.LrScheduler.CONSTANT,
          0.0,
          4,
          0.5,
          42L,
          null);
  private static final TrainingMemory MEMORY =
      new TrainingMemory(PICO, Compensation.FOLD, TRAINING, List.of(Device.cpu()));
  private static final MemoryBudget AMPLE = MemoryBudget.host(1L << 30);

  @TempDir Path checkpoint;

  private static MemoryPlan.Fits choose(MemoryBudget budget, Path folder) {
    return TrainingTerms.free().within(folder).fit(MEMORY, Stage.EXPERTS, budget);
  }

  @Test
  @DisplayName("is the plan's, and stays that of the checkpoint when there is more memory later")
  void staysTheSame() {
    assertThat(choose(AMPLE, null).microBatchWindows()).isEqualTo(16);
    assertThat(choose(AMPLE, checkpoint).microBatchWindows()).isEqualTo(16); // an older one
    new TrainingTerms(4, 1.0).write(checkpoint);
    assertThat(choose(AMPLE, checkpoint).microBatchWindows()).isEqualTo(4);
  }

  @Test
  @DisplayName("becomes smaller where that of the checkpoint does not fit")
  void becomesSmaller() {
    new TrainingTerms(16, 1.0).write(checkpoint);
    MemoryPlan.Fits ample = choose(AMPLE, null);
    long fixed = ample.use().deviceBytes() - ample.use().activations() + ample.use().hostBytes();
    long budget = fixed + ample.use().activations() / 2;
    assertThat(choose(MemoryBudget.host(budget), checkpoint).microBatchWindows()).isLessThan(16);
  }

  @Test
  @DisplayName("of none refuses the stage with the plan's proposal, for good")
  void refuses() {
    assertThatThrownBy(() -> choose(MemoryBudget.host(8192), null))
        .isInstanceOf(DoesNotFitException.class)
        .hasMessageStartingWith("training: one window of 4 tokens needs ")
        .satisfies(
            refusal -> {
              ApplicationFailure failure =
                  (ApplicationFailure) Failures.translate((Exception) refusal);
              assertThat(failure.isNonRetryable()).isTrue();
              assertThat(failure.getType()).isEqualTo("OutOfDeviceMemory");
            });
  }

  @Test
  @DisplayName("is halved when memory runs out, until it is one window")
  void halves() {
    OutOfDeviceMemoryException full = new OutOfDeviceMemoryException("step", Device.cpu(), null);
    assertThat(new TrainingTerms(6, 0.5).after(full)).isEqualTo(new TrainingTerms(3, 0.5));
    assertThatThrownBy(() -> new TrainingTerms(1, 1.0).after(full)).isSameAs(full);
  }

  @Test
  @DisplayName("stays when training diverges, and the learning rate is halved, once and for good")
  void easesOnce() {
    DivergedException diverged = new DivergedException(7, Double.NaN, 1);
    TrainingTerms careful = new TrainingTerms(4, 1.0).after(diverged);
    assertThat(careful).isEqualTo(new TrainingTerms(4, 0.5));
    careful.write(checkpoint);
    assertThat(TrainingTerms.free().within(checkpoint)).isEqualTo(careful);
    assertThat(careful.note())
        .isEqualTo("at 0.5 of the learning rate, since training diverged once");
    assertThatThrownBy(() -> careful.after(diverged)).isSameAs(diverged);
  }
}
