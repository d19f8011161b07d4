package dev.shoal.models.gguf;

import dev.shoal.models.export.ExportVerification;
import dev.shoal.models.moe.MoeWeights;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads a GGUF file back and compares it with the model it came from, with that model's weights
 * rounded to the stored types: first every value, which must be equal, then logits.
 */
public final class GgufVerification {

  private GgufVerification() {}

  /**
   * Compares values and logits. One tensor, then one layer of each model is in memory at a time.
   *
   * @param type that the file was written with
   * @return the largest absolute difference of a logit
   * @throws IllegalStateException if a value differs, or a logit by more than {@link
   *     ExportVerification#TOLERANCE}
   */
  public static double verify(MoeWeights weights, Path path, GgufType type) {
    GgufFile file = GgufFile.open(path);
    for (Slot slot : GgufLayout.of(weights.config(), weights.shape(), type)) {
      GgufTensor found = file.tensor(slot.stored().name());
      if (!found.equals(slot.stored())) {
        throw wrong(path, found + ", expected " + slot.stored());
      }
      float[] meant = slot.stored().type().round(slot.read().apply(weights.source()));
      if (!Arrays.equals(slot.fromFile(file), meant)) {
        throw wrong(path, "tensor '" + found.name() + "' is not the model's " + slot.key());
      }
    }
    MoeWeights loaded = GgufCheckpoint.open(file, weights.config().rope().scaling());
    return ExportVerification.verify(RoundedSource.of(weights, type), loaded, path);
  }

  private static IllegalStateException wrong(Path path, String problem) {
    return new IllegalStateException(
        path + ": " + problem + "; the export is wrong, do not use it");
  }
}
