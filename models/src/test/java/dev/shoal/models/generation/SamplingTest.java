package dev.shoal.models.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.llama.TinyModels;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Sampling")
class SamplingTest {

  /** Probabilities 0.5, 0.3, 0.15, 0.05, shifted by what softmax does not see. */
  private static final float[] LOGITS = {logit(.15), logit(.5), logit(.05), logit(.3)};

  private static float logit(double probability) {
    return (float) (Math.log(probability) + 7);
  }

  private static double[] shares(Sampling sampling) {
    TokenSampler sampler = new TokenSampler(sampling, 1);
    double[] shares = new double[4];
    for (int i = 0; i < 100_000; i++) {
      shares[sampler.next(LOGITS, 0, 4)] += 1e-5;
    }
    return shares;
  }

  private static void are(double[] found, double... expected) {
    // 100,000 draws: a standard deviation is at most 0.0016.
    assertThat(found).containsExactly(expected, within(0.006));
  }

  @Test
  @DisplayName("draws tokens as often as they are probable")
  void plain() {
    are(shares(Sampling.of(1, 0)), .15, .5, .05, .3);
  }

  @Test
  @DisplayName("at temperature 0.5 squares the odds: 25, 9, 2.25, 0.25 of 36.5")
  void temperature() {
    are(shares(Sampling.of(.5, 0)), 2.25 / 36.5, 25 / 36.5, .25 / 36.5, 9 / 36.5);
  }

  @Test
  @DisplayName("keeps the k largest")
  void topK() {
    are(shares(new Sampling(true, 1, 2, 1, 0)), 0, .5 / .8, 0, .3 / .8);
    are(shares(new Sampling(true, 1, 9, 1, 0)), .15, .5, .05, .3);
  }

  @Test
  @DisplayName("keeps what is equal to the k-th, as transformers does")
  void ties() {
    TokenSampler sampler = new TokenSampler(new Sampling(true, 1, 1, 1, 0), 1);
    float[] equal = {1, 3, -2, 3};
    assertThat(IntStream.range(0, 50).map(i -> sampler.next(equal, 0, 4))).containsOnly(1, 3);
  }

  @Test
  @DisplayName("keeps as few as together have top-p, and at least one")
  void topP() {
    are(shares(new Sampling(true, 1, 0, .75, 0)), 0, .5 / .8, 0, .3 / .8);
    are(shares(new Sampling(true, 1, 0, .81, 0)), .15 / .95, .5 / .95, 0, .3 / .95);
    are(shares(new Sampling(true, 1, 0, .01, 0)), 0, 1, 0, 0);
  }

  @Test
  @DisplayName("takes top-p of what top-k left: 0.3 of 0.8 is not needed for 0.6")
  void both() {
    are(shares(new Sampling(true, 1, 2, .6, 0)), 0, 1, 0, 0);
  }

  @Test
  @DisplayName("of the best alone is greedy; the first of equals where nothing is drawn")
  void greedy() {
    are(shares(new Sampling(true, 1, 1, 1, 0)), 0, 1, 0, 0);
    are(shares(Sampling.GREEDY), 0, 1, 0, 0);
    float[] equal = {-9, 0, -0f, -5, 0};
    assertThat(new TokenSampler(Sampling.GREEDY, 1).next(equal, 1, 4)).isZero();
  }

  @Test
  @DisplayName("is reproducible by its seed, alone or beside other texts")
  void reproducible() {
    List<int[]> prompts = List.of(TinyModels.windows(3, 6, 5));
    try (LanguageModel model = TinyModels.dense(1, Device.cpu());
        Generator generator = new Generator(model, GeneratorTest::numbers)) {
      GenerationSettings settings =
          new GenerationSettings(20, new Sampling(true, 2, 0, .9, 5), List.of(), List.of());
      Generated alone = generator.generate(prompts.get(0), settings, piece -> {});
      List<Generated> together = generator.generate(prompts, settings, Generator.Listener.NONE);
      assertThat(together.get(0)).isEqualTo(alone);
      assertThat(generator.generate(prompts.get(0), settings, piece -> {})).isEqualTo(alone);
      GenerationSettings other =
          new GenerationSettings(20, new Sampling(true, 2, 0, .9, 6), List.of(), List.of());
      assertThat(generator.generate(prompts.get(0), other, piece -> {}).ids())
          .isNotEqualTo(alone.ids());
    }
  }

  @Test
  @DisplayName("refuses what is no distribution")
  void refuses() {
    assertThatThrownBy(() -> Sampling.of(0, 1))
        .hasMessage(
            "temperature is 0.0; it must be a positive number; the most probable token every time is had without sampling");
    assertThatThrownBy(() -> new Sampling(true, 1, -1, 1, 0))
        .hasMessage("top_k is -1; it must be at least 1, or 0 to keep every token");
    assertThatThrownBy(() -> new Sampling(true, 1, 0, 0, 0))
        .hasMessage("top_p is 0.0; it must be above 0 and at most 1, which keeps every token");
  }
}
