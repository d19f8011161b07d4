package dev.shoal.models.plan;

import static dev.shoal.models.plan.PicoShapes.DENSE;
import static dev.shoal.models.plan.PicoShapes.MOE;
import static dev.shoal.models.plan.PicoShapes.TINY_LLAMA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.models.prune.Compensation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Windows of 3 tokens: attention between tokens costs 2 * (2 * 2) * 4 = 32 per layer, 64 in all.
 */
@DisplayName("FLOPs per token")
class FlopsTest {

  private static final Training LORA = new Training(TrainedWeights.lora(2), 3, false);

  @Test
  @DisplayName("of the forward pass are two per weight at work, and attention")
  void forward() {
    assertThat(Flops.denseBody(DENSE, 3)).isEqualTo(2 * (96 + 144) + 64);
    assertThat(Flops.dense(DENSE, 3)).isEqualTo(544 + 2 * 40);
    assertThat(Flops.moe(MOE, 3)).isEqualTo(2 * (96 + 72 + 24 + 40) + 64);
  }

  @Test
  @DisplayName("of full training are three times the forward pass less frozen attention and head")
  void full() {
    Training full = new Training(TrainedWeights.full(), 3, false);
    assertThat(Flops.training(MOE, full, Compensation.FOLD, false))
        .isEqualTo(3 * 528 - 2 * (96 + 40));
  }

  @Test
  @DisplayName("of LoRA training leave out the gradients of the frozen experts")
  void lora() {
    // forward 528, inputs 464 + 128, router weights 48, adapters 3 * 2 * 84
    assertThat(Flops.training(MOE, LORA, Compensation.FOLD, false)).isEqualTo(528 + 592 + 48 + 504);
  }

  @Test
  @DisplayName("of the router stage multiply once what all experts have in common")
  void router() {
    Training router = LORA.withWeights(TrainedWeights.router());
    // 6 channels in common: gate and up 96; down 48, or 72 where each of 3 experts has its own 3
    long forward = 2 * (96 + 96 + 72 + 24 + 40) + 64;
    assertThat(Flops.training(MOE, router, Compensation.FOLD, false))
        .isEqualTo(forward + (forward - 64) + 128 + 48);
    assertThat(Flops.training(MOE, router, Compensation.NONE, false))
        .isEqualTo(2 * forward - 64 + 128 + 48 - 2 * 2 * 24);
  }

  @Test
  @DisplayName("grow by the layers' forward pass when recomputed, and by the teacher's")
  void recomputedAndDistilled() {
    long plain = Flops.training(MOE, LORA, Compensation.FOLD, false);
    assertThat(Flops.training(MOE, LORA, Compensation.FOLD, true))
        .isEqualTo(plain + (528 - 80) + 2 * 84);
    Training distilled = new Training(TrainedWeights.lora(2), 3, true);
    assertThat(Flops.training(MOE, distilled, Compensation.FOLD, false)).isEqualTo(plain + 624);
  }

  @Test
  @DisplayName("of a calibration of TinyLlama on 262,144 tokens are about 0.5 PFLOP")
  void tinyLlama() {
    assertThat(262_144.0 * Flops.denseBody(TINY_LLAMA, 256)).isBetween(5e14, 6e14);
  }
}
