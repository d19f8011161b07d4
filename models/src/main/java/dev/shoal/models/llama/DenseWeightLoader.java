package dev.shoal.models.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.KernelModule;
import java.util.Arrays;

/** Puts named weights on a device in the order the dense kernels take them. */
final class DenseWeightLoader {

  private final LlamaConfig config;
  private final KernelModule kernels;
  private final NDManager owner;
  private final WeightSource source;

  DenseWeightLoader(
      LlamaConfig config, KernelModule kernels, NDManager owner, WeightSource source) {
    this.config = config;
    this.kernels = kernels;
    this.owner = owner;
    this.source = source;
  }

  DecoderWeights load() {
    long[] table = {config.vocabSize(), config.hiddenSize()};
    NDArray embedding = upload(DenseTensor.EMBEDDING, table);
    NDList layers = new NDList();
    for (int l = 0; l < config.numLayers(); l++) {
      for (DenseTensor tensor : DenseTensor.values()) {
        layers.add(upload(tensor.tensorName(l), tensor.shape(config)));
      }
      layers.add(kernels.upload(owner, new float[0], kernels.device().precision(), 0)); // no bias
    }
    NDArray norm = upload(DenseTensor.FINAL_NORM, config.hiddenSize());
    NDArray head = config.tiedEmbeddings() ? embedding : upload(DenseTensor.HEAD, table);
    return new DecoderWeights(embedding, layers, norm, head);
  }

  private NDArray upload(String name, long... shape) {
    float[] values = shape[0] == 0 ? new float[0] : source.values(name, shape); // family has none
    long size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    if (values.length != size) {
      throw new IllegalArgumentException(
          "tensor '%s' has %d values; the model's configuration asks for %s"
              .formatted(name, values.length, Arrays.toString(shape)));
    }
    return kernels.upload(owner, values, kernels.device().precision(), shape);
  }
}
