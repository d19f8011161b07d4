package dev.shoal.models.gguf;

import dev.shoal.models.Progress;
import dev.shoal.models.moe.MoeWeights;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a mixture as one GGUF file that llama.cpp opens, tokenizer included, with adapters merged.
 * Nothing in it tells time, place or run, so equal models are equal bytes. The largest thing in
 * memory is one matrix of all experts of one layer.
 */
public final class GgufExport {

  private GgufExport() {}

  /**
   * Writes the file; it appears whole or not at all.
   *
   * @param dense folder whose tokenizer goes into the file
   * @param type of the matrices; vectors and the router stay F32, and matrices whose rows are no
   *     whole number of Q8_0's blocks become F16
   * @param progress told after each tensor
   * @throws GgufUnsupportedException where the format cannot hold the model or its tokenizer
   */
  public static void write(
      MoeWeights weights, Path dense, Path outFile, GgufType type, Progress progress) {
    if (weights.biased()) {
      throw new GgufUnsupportedException(
          "experts",
          "they have a bias, which a mixture in a GGUF file cannot; build them with compensation fold");
    }
    GgufMetadata metadata = ModelMetadata.of(weights, type);
    TokenizerMetadata.put(dense, weights.config().vocabSize(), metadata);
    List<Slot> layout = GgufLayout.of(weights.config(), weights.shape(), type);
    List<GgufTensor> tensors = layout.stream().map(Slot::stored).toList();
    try (GgufWriter writer = new GgufWriter(outFile, metadata, tensors)) {
      for (int i = 0; i < layout.size(); i++) {
        Slot slot = layout.get(i);
        writer.write(slot.stored().name(), slot.toFile(weights.source()));
        progress.report("export", i + 1L, layout.size());
      }
    }
  }
}
