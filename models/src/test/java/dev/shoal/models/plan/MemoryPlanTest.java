package dev.shoal.models.plan;

import static dev.shoal.models.plan.PicoShapes.MOE;
import static dev.shoal.models.plan.PicoShapes.TINY_LLAMA_8X1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.models.plan.MemoryPlan.Fits;
import dev.shoal.models.plan.MemoryPlan.TooLarge;
import dev.shoal.models.prune.Compensation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Pico, fp32, LoRA of rank 2 with a teacher: 7,664 bytes whatever the batch. One token in one
 * layer: 16 + 12 + (8 + 12 + 6) = 54 values and 5 in fp32 = 236 bytes. Logits of one token: 200
 * bytes.
 */
@DisplayName("The memory plan")
class MemoryPlanTest {

  private static final int FIXED = 1568 + 1360 + 1184 + 2368 + 1184;
  private static final int WINDOW = 3 * (16 + 2 * 236 + 200); // both layers in one segment
  private static final int WINDOW_BY_LAYER = 3 * (32 + 236 + 200);
  private static final long GIB = 1L << 30;

  @Test
  @DisplayName("adds up weights, teacher, trainables, moments, gradients and activations")
  void parts() {
    MemoryNeed need = pico(3);
    assertThat(need.weightBytes()).isEqualTo((436 - 44) * 4); // norms and router: trainables
    assertThat(need.teacherBytes()).isEqualTo(340 * 4);
    assertThat(need.trainableBytes()).isEqualTo(296 * 4);
    assertThat(need.momentBytes()).isEqualTo(296 * 8);
    assertThat(need.gradientBytes()).isEqualTo(296 * 4);
    assertThat(need.activationBytes(1, 2)).isEqualTo(WINDOW);
    assertThat(need.activationBytes(4, 1)).isEqualTo(4 * WINDOW_BY_LAYER);
    assertThat(need.deviceBytes(1, 2)).isEqualTo(FIXED + WINDOW);
    assertThat(need.hostBytes()).isEqualTo(296 * 12);
  }

  @Test
  @DisplayName("keeps a working copy of trained weights in bf16")
  void bf16() {
    Training full = new Training(TrainedWeights.full(), 3, false);
    MemoryNeed need = new MemoryNeed(MOE, full, Compensation.FOLD, 2);
    assertThat(need.weightBytes()).isEqualTo(436 * 2);
    assertThat(need.trainableBytes()).isEqualTo(260 * 4);
    assertThatThrownBy(() -> new MemoryNeed(MOE, full, Compensation.FOLD, 8))
        .hasMessage("bytes per weight: 8; it is 2 for bfloat16 and 4 for float32");
  }

  @Test
  @DisplayName("takes the whole batch at once when it fits, as a power of two")
  void wholeBatch() {
    assertThat(choose(FIXED + 8 * WINDOW, 8))
        .isEqualTo(new Fits(8, 2, false, FIXED + 8 * WINDOW, 3552));
    assertThat(choose(FIXED + 8 * WINDOW, 7))
        .isEqualTo(new Fits(4, 2, false, FIXED + 4 * WINDOW, 3552));
  }

  @Test
  @DisplayName("recomputes when that allows a larger micro-batch and the device would idle")
  void recomputes() {
    assertThat(choose(FIXED + 8 * WINDOW - 1, 8))
        .isEqualTo(new Fits(8, 1, true, FIXED + 8 * WINDOW_BY_LAYER, 3552));
    assertThat(choose(FIXED + WINDOW_BY_LAYER, 8))
        .isEqualTo(new Fits(1, 1, true, FIXED + WINDOW_BY_LAYER, 3552));
  }

  @Test
  @DisplayName("takes the longest segment among those with the same micro-batch")
  void longestSegment() {
    ModelShape fourLayers = new ModelShape(10, 4, 6, 4, 2, 1, 2, false);
    Training training = new Training(TrainedWeights.lora(2), 3, true);
    MoeShape moe = new MoeShape(fourLayers, 3, 1, 3);
    MemoryNeed need = new MemoryNeed(moe, training, Compensation.FOLD, 4);
    long budget = need.deviceBytes(1, 2);
    assertThat(MemoryPlan.choose(need, MemoryBudget.device(budget, GIB), 1))
        .isEqualTo(new Fits(1, 2, true, budget, need.hostBytes()));
  }

  @Test
  @DisplayName("does not recompute when the device is busy without it")
  void staysBusy() {
    MemoryNeed need = pico(MemoryPlan.BUSY_TOKENS);
    MemoryBudget twoByLayer = MemoryBudget.device(need.deviceBytes(2, 1), GIB);
    assertThat(MemoryPlan.choose(need, twoByLayer, 8))
        .isEqualTo(new Fits(1, 2, false, need.deviceBytes(1, 2), 3552));
  }

  @Test
  @DisplayName("counts host and device together where they are one memory")
  void shared() {
    long least = FIXED + WINDOW_BY_LAYER + 3552;
    assertThat(MemoryPlan.choose(pico(3), MemoryBudget.host(least), 1)).isInstanceOf(Fits.class);
    assertThat(MemoryPlan.choose(pico(3), MemoryBudget.host(least - 1), 1))
        .isInstanceOf(TooLarge.class);
  }

  @Test
  @DisplayName("proposes what would fit when nothing does")
  void proposes() {
    // Weights 6.304 GiB, teacher 2.049, LoRA 4 * 0.078 (full 4 * 11.345), one token 0.750 MiB.
    Training full = new Training(TrainedWeights.full(), 1024, true);
    MemoryNeed need = new MemoryNeed(TINY_LLAMA_8X1, full, Compensation.FOLD, 2);
    assertThat(message(need, 24 * GIB, 64 * GIB))
        .isEqualTo(
            "training: one window of 1024 tokens needs 54.5 GiB on the device and 34.0 GiB on the host; there are 24.0 GiB and 64.0 GiB; set training.weights to lora, which needs 9.4 GiB on the device and 240.3 MiB on the host");
    assertThat(message(need, 9 * GIB, 64 * GIB))
        .endsWith(
            "; set training.weights to lora and training.sequence_tokens to 256, which needs 8.9 GiB on the device and 240.3 MiB on the host");
    assertThat(message(need, GIB, 64 * GIB))
        .endsWith("; use a larger device, fewer or narrower experts");
  }

  private static String message(MemoryNeed need, long device, long host) {
    return MemoryPlan.choose(need, MemoryBudget.device(device, host), 16)
        .fold(fits -> "fits", TooLarge::message);
  }

  private static MemoryPlan choose(long deviceBytes, int batchWindows) {
    return MemoryPlan.choose(pico(3), MemoryBudget.device(deviceBytes, GIB), batchWindows);
  }

  private static MemoryNeed pico(int sequenceTokens) {
    Training training = new Training(TrainedWeights.lora(2), sequenceTokens, true);
    return new MemoryNeed(MOE, training, Compensation.FOLD, 4);
  }
}
