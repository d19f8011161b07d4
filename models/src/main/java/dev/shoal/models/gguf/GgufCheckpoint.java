package dev.shoal.models.gguf;

import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.config.RopeScaling;
import dev.shoal.models.moe.MoeShape;
import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.moe.MoeWeightSource;
import dev.shoal.models.moe.MoeWeights;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The mixture in a GGUF file as {@link GgufExport} writes it, from the file alone. */
final class GgufCheckpoint implements MoeWeightSource {

  private final GgufFile file;
  private final Map<String, Slot> slots;

  private GgufCheckpoint(GgufFile file, Map<String, Slot> slots) {
    this.file = file;
    this.slots = slots;
  }

  /**
   * The weights as they are stored, read when they are asked for.
   *
   * @param scaling what {@link GgufLayout#ROPE_FACTORS} were made from, where the file has them
   */
  static MoeWeights open(GgufFile file, RopeScaling scaling) {
    LlamaConfig config = ModelMetadata.config(file, scaling);
    MoeShape shape = ModelMetadata.shape(file);
    Map<String, Slot> slots =
        GgufLayout.of(config, shape, GgufType.F32).stream()
            .collect(Collectors.toMap(Slot::key, Function.identity()));
    GgufCheckpoint checkpoint = new GgufCheckpoint(file, slots);
    int expertsPerToken = ModelMetadata.expertsPerToken(file);
    return new MoeWeights(config, shape, expertsPerToken, checkpoint, () -> {});
  }

  @Override
  public float[] values(String name, long[] axes) {
    return slots.get(name).fromFile(file);
  }

  @Override
  public float[] experts(int layer, MoeTensor tensor) {
    return tensor == MoeTensor.BIAS
        ? new float[0]
        : slots.get(tensor.tensorName(layer)).fromFile(file);
  }
}
