package dev.shoal.models.plan;

import static dev.shoal.models.plan.PicoShapes.DENSE;
import static dev.shoal.models.plan.PicoShapes.MOE;
import static dev.shoal.models.plan.PicoShapes.TINY_LLAMA_8X1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.models.prune.Compensation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The parameter count")
class ParameterCountTest {

  @Test
  @DisplayName("of the pico model is the sum of its parts")
  void pico() {
    assertThat(ParameterCount.of(DENSE)).isEqualTo(new ParameterCount(40, 40, 96, 20, 0, 144, 144));
    ParameterCount moe = ParameterCount.of(MOE, Compensation.FOLD);
    assertThat(moe).isEqualTo(new ParameterCount(40, 40, 96, 20, 24, 216, 72));
    assertThat(moe.total()).isEqualTo(436);
    assertThat(moe.active()).isEqualTo(292);
  }

  @Test
  @DisplayName("counts tied embeddings once and a bias per expert where there is one")
  void tiedAndBias() {
    ModelShape tied = new ModelShape(10, 4, 6, 2, 2, 1, 2, true);
    assertThat(ParameterCount.of(tied).total()).isEqualTo(300);
    ParameterCount bias = ParameterCount.of(MOE, Compensation.BIAS);
    assertThat(bias.ffn()).isEqualTo(216 + 2 * 3 * 4);
    assertThat(bias.activeFfn()).isEqualTo(72 + 2 * 4);
  }

  @Test
  @DisplayName("of TinyLlama 8 x 1/2 without biases is what Mixtral would hold")
  void mixtral() {
    ParameterCount half = ParameterCount.of(TINY_LLAMA_8X1, Compensation.FOLD);
    // 2 * 65,536,000 + 22 * 9,437,184 + 45 * 2048 + 22 * 8 * 2048 + 22 * 8 * 17,301,504
    assertThat(half.total()).isEqualTo(3_384_207_360L);
    assertThat(half.active()).isEqualTo(719_775_744L);
  }

  @Test
  @DisplayName("of what is trained is the router, norms and experts or their adapters")
  void trained() {
    assertThat(TrainedWeights.router().count(MOE)).isEqualTo(24);
    assertThat(TrainedWeights.full().count(MOE)).isEqualTo(216 + 24 + 20);
    // Adapters: 2 layers, 3 experts, 3 matrices, rank 2, 4 + 3.
    assertThat(TrainedWeights.lora(2).count(MOE)).isEqualTo(252 + 24 + 20);
  }

  @Test
  @DisplayName("needs a shape that can be")
  void refusals() {
    assertThatThrownBy(() -> new MoeShape(DENSE, 3, 4, 3))
        .hasMessage("experts.experts_per_token: 4; it must be in [1, 3], lower it or add experts");
    assertThatThrownBy(() -> new MoeShape(DENSE, 3, 1, 7))
        .hasMessage("experts.width: 7 channels; it must be in [1, 6], the dense FFN has no more");
    assertThatThrownBy(() -> new ModelShape(10, 0, 6, 2, 2, 1, 2, false))
        .hasMessage("hidden_size: 0; it must be at least 1");
    assertThatThrownBy(() -> TrainedWeights.lora(0))
        .hasMessage(
            "training.lora.r: 0 with training.weights LORA; a rank of at least 1 goes with lora, and 0 with anything else");
  }
}
