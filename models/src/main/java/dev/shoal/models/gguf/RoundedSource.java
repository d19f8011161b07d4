package dev.shoal.models.gguf;

import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.moe.MoeWeightSource;
import dev.shoal.models.moe.MoeWeights;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What an export means to write: every weight rounded to the type it is stored in. */
final class RoundedSource implements MoeWeightSource {

  private final MoeWeightSource exact;
  private final Map<String, Slot> slots;

  private RoundedSource(MoeWeightSource exact, Map<String, Slot> slots) {
    this.exact = exact;
    this.slots = slots;
  }

  /** The same model, rounded; it closes with the other one. */
  static MoeWeights of(MoeWeights weights, GgufType type) {
    Map<String, Slot> slots =
        GgufLayout.of(weights.config(), weights.shape(), type).stream()
            .collect(Collectors.toMap(Slot::key, Function.identity()));
    return new MoeWeights(
        weights.config(),
        weights.shape(),
        weights.expertsPerToken(),
        new RoundedSource(weights.source(), slots),
        () -> {});
  }

  @Override
  public float[] values(String name, long[] axes) {
    return rounded(name);
  }

  @Override
  public float[] experts(int layer, MoeTensor tensor) {
    return tensor == MoeTensor.BIAS ? new float[0] : rounded(tensor.tensorName(layer));
  }

  private float[] rounded(String key) {
    Slot slot = slots.get(key);
    return slot.stored().type().round(slot.read().apply(exact));
  }
}
