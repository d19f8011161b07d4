package dev.shoal.models.config;

/** How rotary frequencies are stretched for sequences longer than the first training's. */
public sealed interface RopeScaling {

  /** The frequency that is used for an unscaled one, in float32 as {@code transformers} does. */
  float scale(float frequency);

  /** Frequencies as they are. */
  record None() implements RopeScaling {
    @Override
    public float scale(float frequency) {
      return frequency;
    }
  }

  /**
   * Every frequency divided by one factor.
   *
   * @param factor at least 1
   */
  record Linear(double factor) implements RopeScaling {
    @Override
    public float scale(float frequency) {
      return frequency / (float) factor;
    }
  }

  /**
   * Llama 3's: long waves are stretched, short ones are not, those between are blended. With wave
   * length \( \lambda = 2\pi / f \) and original context P: f where \( \lambda \) is below P /
   * high, f / factor where it is above P / low, else \( (1 - s) f / factor + s f \) with \( s = (P
   * / \lambda - low) / (high - low) \).
   *
   * @param factor at least 1
   * @param low {@code low_freq_factor}, positive
   * @param high {@code high_freq_factor}, above {@code low}
   * @param originalPositions P, {@code original_max_position_embeddings}
   */
  record Llama3(double factor, double low, double high, int originalPositions)
      implements RopeScaling {
    @Override
    public float scale(float frequency) {
      float wave = (float) (2 * Math.PI) / frequency;
      if (wave < originalPositions / high) {
        return frequency;
      }
      if (wave > originalPositions / low) {
        return frequency / (float) factor;
      }
      float smooth = (originalPositions / wave - (float) low) / (float) (high - low);
      return (1 - smooth) * frequency / (float) factor + smooth * frequency;
    }
  }
}
