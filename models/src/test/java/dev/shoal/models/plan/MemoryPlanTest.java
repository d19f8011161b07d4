package dev.shoal.models.plan;

import static dev.shoal.models.plan.CheckpointWriting.BEHIND;
import static dev.shoal.models.plan.CheckpointWriting.IN_THE_WAY;
import static dev.shoal.models.plan.OptimizerHome.DEVICE;
import static dev.shoal.models.plan.OptimizerHome.HOST;
import static dev.shoal.models.plan.PicoShapes.MOE;
import static dev.shoal.models.plan.PicoShapes.TINY_LLAMA_8X1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Precision;
import dev.shoal.models.plan.MemoryPlan.Fits;
import dev.shoal.models.plan.MemoryPlan.TooLarge;
import dev.shoal.models.prune.Compensation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Pico, fp32, LoRA of rank 2 with a teacher: 6,960 bytes whatever the batch. One token in one
 * layer: 16 + 12 + (8 + 12 + 6) = 54 values and 5 in fp32 = 236 bytes, once more for the layer that
 * is differentiated. The teacher's state: 16 bytes. Logits of one token: 200 bytes.
 */
@DisplayName("The memory plan")
class MemoryPlanTest {

  private static final Device GPU = Device.cuda(0, Precision.FLOAT32);
  private static final Device HALF = Device.cuda(0, Precision.BFLOAT16);
  private static final int FIXED = 1568 + 656 + 1184 + 2368 + 1184;
  private static final int WINDOW = 3 * (16 + 16 + 3 * 236 + 200); // both layers in one segment
  private static final int WINDOW_BY_LAYER = 3 * (32 + 16 + 2 * 236 + 200);
  private static final int LARGEST = 3 * 2 * 4 * 4; // one adapter's factor: E 3, r 2, H 4, fp32
  private static final long GIB = 1L << 30;

  @Test
  @DisplayName("adds up weights, teacher, trainables, moments, gradients and activations")
  void parts() {
    MemoryNeed need = pico(3);
    assertThat(need.use(1, 1, 2, DEVICE))
        .isEqualTo(
            new MemoryUse(
                (436 - 44) * 4, // norms and router: trainables
                (144 + 20) * 4, // FFNs and norms: the rest is the mixture's
                296 * 4,
                296 * 4,
                296 * 8,
                WINDOW,
                0,
                296 * 12));
    assertThat(need.activationBytes(4, 1)).isEqualTo(4 * WINDOW_BY_LAYER);
    assertThat(need.use(1, 1, 2, DEVICE).deviceBytes()).isEqualTo(FIXED + WINDOW);
    assertThat(need.use(1, 1, 2, DEVICE).hostBytes()).isEqualTo(296 * 12);
  }

  @Test
  @DisplayName("shares the moments between equal devices, and has gradients of a segment twice")
  void shares() {
    Training training = new Training(TrainedWeights.lora(2), 3, true);
    MemoryNeed three = new MemoryNeed(MOE, training, Compensation.FOLD, GPU, 3);
    assertThat(three.use(1, 1, 2, DEVICE).moments()).isEqualTo((296 * 8 + 2) / 3);
    assertThat(three.use(1, 4, 2, DEVICE).gradients()).isEqualTo(2 * 296 * 4);
    assertThat(three.use(1, 4, 1, DEVICE).gradients()).isEqualTo(296 * 4 + 148 * 4);
  }

  @Test
  @DisplayName("adds for the router stage the channels that any expert keeps")
  void sharedChannels() {
    Training router = new Training(TrainedWeights.router(), 3, false);
    assertThat(new MemoryNeed(MOE, router, Compensation.FOLD, GPU, 1).weightBytes())
        .isEqualTo((436 - 24 + 2 * 6 * 4 * 2) * 4); // gate and up: F 6, H 4, L 2
    assertThat(new MemoryNeed(MOE, router, Compensation.NONE, GPU, 1).weightBytes())
        .isEqualTo((436 - 24 + 3 * 6 * 4 * 2) * 4);
  }

  @Test
  @DisplayName("keeps in the router stage what all experts have in common once")
  void activationsOfRouters() {
    // Residuals 16, attention 12, in and out 8, four times 6 channels; one expert's 3 twice.
    Training router = new Training(TrainedWeights.router(), 3, false);
    long token = (16 + 12 + 8 + 24) * 4 + (2 + 3) * 4;
    long rest = 16 + 10 * 3 * 4; // a state and the logits
    assertThat(new MemoryNeed(MOE, router, Compensation.NONE, GPU, 1).activationBytes(1, 2))
        .isEqualTo(3 * (3 * token + rest));
    assertThat(new MemoryNeed(MOE, router, Compensation.FOLD, GPU, 1).activationBytes(1, 2))
        .isEqualTo(3 * (3 * (token + 6 * 4) + rest));
  }

  @Test
  @DisplayName("keeps in the router stage every expert's own where they have nothing in common")
  void activationsOfOwnWeights() {
    MoeShape own = new MoeShape(MOE.dense(), 3, 1, 3, false);
    Training router = new Training(TrainedWeights.router(), 3, false);
    MemoryNeed need = new MemoryNeed(own, router, Compensation.NONE, GPU, 1);
    assertThat(need.weightBytes()).isEqualTo((436 - 24) * 4);
    // as above, but three experts, each in and out 8 and four times 3 channels
    long token = (16 + 12 + 3 * (8 + 12)) * 4 + (2 + 3) * 4;
    assertThat(need.activationBytes(1, 2)).isEqualTo(3 * (3 * token + 16 + 10 * 3 * 4));
    assertThat(Flops.training(own, router, Compensation.NONE, false))
        .isGreaterThan(Flops.training(MOE, router, Compensation.FOLD, false));
    DiskPlan disk =
        DiskPlan.of(
            own,
            new PlanInput(2, 5, 3, 0, 0, 0, 6, 3, 0, 0),
            Compensation.BIAS,
            router.weights(),
            2);
    assertThat(disk.expertBytes()).isEqualTo(6 * (3 * 4 + (3 * 4 * 3 + 4) * 4));
  }

  @Test
  @DisplayName("may keep the moments on the host; those of one weight of all experts travel")
  void onTheHost() {
    MemoryUse use = pico(3).use(1, 1, 2, HOST);
    assertThat(use.moments()).isEqualTo(2 * 3 * 2 * 4 * 4); // E 3, r 2, H 4, fp32
    assertThat(use.hostMoments()).isEqualTo(296 * 8);
    assertThat(use.hostBytes()).isEqualTo(296 * 8 + 296 * 12);
  }

  @Test
  @DisplayName("reads trained weights in bf16 through a copy of one layer")
  void bf16() {
    Training full = new Training(TrainedWeights.full(), 3, false);
    MemoryNeed need = new MemoryNeed(MOE, full, Compensation.FOLD, HALF, 1);
    assertThat(need.weightBytes()).isEqualTo((436 - 260 + 216 / 2) * 2);
    assertThat(need.trainableBytes()).isEqualTo(260 * 4);
    assertThat(new MemoryNeed(MOE, full, Compensation.FOLD, GPU, 1).weightBytes())
        .isEqualTo((436 - 260) * 4);
    assertThatThrownBy(
            () ->
                new MemoryNeed(MOE, full, Compensation.FOLD, Device.cuda(0, Precision.FLOAT64), 1))
        .hasMessage("precision FLOAT64; training computes in FLOAT32 or BFLOAT16");
  }

  @Test
  @DisplayName("holds the logits of a chunk of tokens, a larger one on a GPU")
  void logits() {
    Training training = new Training(TrainedWeights.lora(2), 1 << 20, true);
    long onGpu = new MemoryNeed(MOE, training, Compensation.FOLD, GPU, 1).activationBytes(1, 2);
    long onCpu =
        new MemoryNeed(MOE, training, Compensation.FOLD, Device.cpu(), 1).activationBytes(1, 2);
    assertThat(onGpu - onCpu).isEqualTo(((10L << 20) - (1L << 22)) * 20);
  }

  @Test
  @DisplayName("takes the whole batch at once when it fits, else a power of two")
  void wholeBatch() {
    assertThat(choose(FIXED + 8 * WINDOW, 8)).isEqualTo(fits(8, 1, 2, false));
    assertThat(choose(FIXED + 8 * WINDOW, 7)).isEqualTo(fits(7, 1, 2, false));
    assertThat(choose(FIXED + 6 * WINDOW_BY_LAYER, 7)).isEqualTo(fits(4, 2, 2, false));
  }

  @Test
  @DisplayName("takes no more tokens at once than get faster by it: 4,096 on a processor")
  void enough() {
    assertThat(microBatch(MemoryBudget.host(GIB), 1000)).isEqualTo(4);
    assertThat(microBatch(MemoryBudget.device(GIB, GIB), 1000)).isEqualTo(32);
    assertThat(microBatch(MemoryBudget.host(GIB), 5000)).isEqualTo(1);
  }

  private static int microBatch(MemoryBudget budget, int sequenceTokens) {
    return MemoryPlan.choose(pico(sequenceTokens), budget, 100)
        .fold(Fits::microBatchWindows, tooLarge -> 0);
  }

  @Test
  @DisplayName("recomputes when that allows a larger micro-batch and the device would idle")
  void recomputes() {
    assertThat(choose(FIXED + 8 * WINDOW - 1, 8)).isEqualTo(fits(8, 1, 1, true));
    assertThat(choose(FIXED + 592 + WINDOW_BY_LAYER, 8))
        .isEqualTo(fits(1, 8, 1, true)); // gradients of one layer twice
  }

  @Test
  @DisplayName("moves the moments to the host only when one window does not fit beside them")
  void choosesTheHome() {
    long least = FIXED + WINDOW_BY_LAYER;
    assertThat(choose(least, 1)).isEqualTo(fits(1, 1, 1, true));
    assertThat(choose(least - 1, 1))
        .isEqualTo(new Fits(1, 2, false, HOST, BEHIND, pico(3).use(1, 1, 2, HOST)));
    MemoryBudget littleHost = MemoryBudget.device(least - 1, 296 * 8 + LARGEST - 1);
    assertThat(MemoryPlan.choose(pico(3), littleHost, 1)).isInstanceOf(TooLarge.class);
  }

  @Test
  @DisplayName("lets training wait for checkpoints only where the host has no room for a copy")
  void withoutCopy() {
    long device = FIXED + WINDOW;
    assertThat(MemoryPlan.choose(pico(3), MemoryBudget.device(device, 296 * 12), 1))
        .isEqualTo(fits(1, 1, 2, false));
    MemoryUse use = pico(3).use(1, 1, 2, DEVICE).withCheckpoint(LARGEST);
    for (long host : new long[] {296 * 12 - 1, LARGEST}) {
      assertThat(MemoryPlan.choose(pico(3), MemoryBudget.device(device, host), 1))
          .isEqualTo(new Fits(1, 2, false, DEVICE, IN_THE_WAY, use));
    }
    assertThat(MemoryPlan.choose(pico(3), MemoryBudget.device(device, LARGEST - 1), 1))
        .isInstanceOf(TooLarge.class);
  }

  @Test
  @DisplayName("takes the longest segment among those with the same micro-batch")
  void longestSegment() {
    ModelShape fourLayers = new ModelShape(10, 4, 6, 4, 2, 1, 2, false);
    Training training = new Training(TrainedWeights.lora(2), 3, true);
    MoeShape moe = new MoeShape(fourLayers, 3, 1, 3);
    MemoryNeed need = new MemoryNeed(moe, training, Compensation.FOLD, GPU, 1);
    MemoryUse use = need.use(1, 1, 2, DEVICE);
    assertThat(MemoryPlan.choose(need, MemoryBudget.device(use.deviceBytes(), GIB), 1))
        .isEqualTo(new Fits(1, 2, true, DEVICE, BEHIND, use));
  }

  @Test
  @DisplayName("does not recompute when the device is busy without it")
  void staysBusy() {
    MemoryNeed need = pico(MemoryPlan.BUSY_TOKENS);
    long twoByLayer = need.use(2, 4, 1, DEVICE).deviceBytes();
    assertThat(MemoryPlan.choose(need, MemoryBudget.device(twoByLayer, GIB), 8))
        .isEqualTo(new Fits(1, 2, false, DEVICE, BEHIND, need.use(1, 8, 2, DEVICE)));
  }

  @Test
  @DisplayName("counts host and device together where they are one memory")
  void shared() {
    long copied = FIXED + WINDOW_BY_LAYER + 296 * 12;
    assertThat(choose(MemoryBudget.host(copied)).checkpoints()).isEqualTo(BEHIND);
    assertThat(choose(MemoryBudget.host(copied - 1)).checkpoints()).isEqualTo(IN_THE_WAY);
    long least = FIXED + WINDOW_BY_LAYER + LARGEST;
    assertThat(MemoryPlan.choose(pico(3), MemoryBudget.host(least), 1)).isInstanceOf(Fits.class);
    assertThat(MemoryPlan.choose(pico(3), MemoryBudget.host(least - 1), 1))
        .isInstanceOf(TooLarge.class);
  }

  @Test
  @DisplayName("proposes what would fit when nothing does")
  void proposes() {
    // Frozen weights 0.631 GiB, a layer's copy 0.258, teacher 1.418; LoRA 0.078, full 11.345.
    Training full = new Training(TrainedWeights.full(), 1024, true);
    MemoryNeed need = new MemoryNeed(TINY_LLAMA_8X1, full, Compensation.FOLD, HALF, 1);
    assertThat(message(need, 24 * GIB, 64 * GIB))
        .isEqualTo(
            "training: one window of 1024 tokens needs 26.7 GiB on the device and 22.9 GiB on the host; there are 24.0 GiB and 64.0 GiB; set training.weights to lora, which needs 8.8 GiB on the device and 0.7 MiB on the host");
    assertThat(message(need, 17 * GIB / 2, 64 * GIB))
        .endsWith(
            "; set training.weights to lora and training.sequence_tokens to 512, which needs 8.4 GiB on the device and 0.7 MiB on the host");
    assertThat(MemoryPlan.choose(need, MemoryBudget.device(80 * GIB, 24 * GIB), 16))
        .isInstanceOfSatisfying(
            Fits.class, fits -> assertThat(fits.checkpoints()).isEqualTo(IN_THE_WAY));
    assertThat(message(need, 80 * GIB, GIB / 8))
        .startsWith(
            "training: one window of 1024 tokens needs 49.0 GiB on the device and 176.0 MiB on the host; there are 80.0 GiB and 128.0 MiB; set training.weights to lora, which");
    assertThat(message(need, GIB, 64 * GIB))
        .endsWith("; use a larger device, fewer or narrower experts");
    assertThat(MemoryPlan.choose(need, MemoryBudget.device(75 * GIB, 64 * GIB), 64))
        .isInstanceOfSatisfying(Fits.class, fits -> assertThat(fits.home()).isEqualTo(DEVICE));
  }

  private static String message(MemoryNeed need, long device, long host) {
    return MemoryPlan.choose(need, MemoryBudget.device(device, host), 16)
        .fold(fits -> "fits", TooLarge::message);
  }

  private static Fits choose(MemoryBudget budget) {
    return (Fits) MemoryPlan.choose(pico(3), budget, 1);
  }

  private static MemoryPlan choose(long deviceBytes, int batchWindows) {
    return MemoryPlan.choose(pico(3), MemoryBudget.device(deviceBytes, GIB), batchWindows);
  }

  private static MemoryNeed pico(int sequenceTokens) {
    Training training = new Training(TrainedWeights.lora(2), sequenceTokens, true);
    return new MemoryNeed(MOE, training, Compensation.FOLD, GPU, 1);
  }

  private static Fits fits(int windows, int parts, int segment, boolean recompute) {
    return new Fits(
        windows, segment, recompute, DEVICE, BEHIND, pico(3).use(windows, parts, segment, DEVICE));
  }
}
