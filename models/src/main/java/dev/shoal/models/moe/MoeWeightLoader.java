package dev.shoal.models.moe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.engine.Precision;
import dev.shoal.models.llama.DecoderWeights;
import dev.shoal.models.llama.DenseTensor;
import java.util.List;

/** Puts weights on a device in the order the sparse kernels take them; without adapters. */
final class MoeWeightLoader {

  private final LlamaConfig config;
  private final MoeShape shape;
  private final KernelModule kernels;
  private final NDManager owner;

  MoeWeightLoader(LlamaConfig config, MoeShape shape, KernelModule kernels, NDManager owner) {
    this.config = config;
    this.shape = shape;
    this.kernels = kernels;
    this.owner = owner;
  }

  DecoderWeights load(MoeWeightSource source) {
    DecoderWeights ends = ends(source);
    for (int l = 0; l < config.numLayers(); l++) {
      ends.layers().addAll(layer(owner, source, l));
    }
    return ends;
  }

  /** What is before and behind the layers, of which there are none yet. */
  DecoderWeights ends(MoeWeightSource source) {
    long[] table = {config.vocabSize(), config.hiddenSize()};
    NDArray embedding = shared(owner, source, DenseTensor.EMBEDDING, table);
    NDArray norm = shared(owner, source, DenseTensor.FINAL_NORM, config.hiddenSize());
    NDArray head =
        config.tiedEmbeddings() ? embedding : shared(owner, source, DenseTensor.HEAD, table);
    return new DecoderWeights(embedding, new NDList(), norm, head);
  }

  /** The arrays of one layer in the order of the kernels. */
  NDList layer(NDManager owner, MoeWeightSource source, int layer) {
    NDList arrays = new NDList();
    List<DenseTensor> shared = List.of(DenseTensor.values()).subList(0, DenseTensor.SHARED);
    for (DenseTensor tensor : shared) {
      arrays.add(shared(owner, source, tensor.tensorName(layer), tensor.shape(config)));
    }
    for (MoeTensor tensor : MoeTensor.values()) {
      float[] values = tensor.isLora() ? new float[0] : source.experts(layer, tensor);
      long[] axes = values.length == 0 ? new long[] {0} : tensor.shape(shape, 0);
      arrays.add(kernels.upload(owner, values, precision(tensor), axes));
    }
    return arrays;
  }

  /** The router is trained and routes in float32, whatever the rest is stored in. */
  private Precision precision(MoeTensor tensor) {
    Precision precision = kernels.device().precision();
    return tensor == MoeTensor.ROUTER ? precision.statistics() : precision;
  }

  private NDArray shared(NDManager owner, MoeWeightSource source, String name, long... axes) {
    float[] values = axes[0] == 0 ? new float[0] : source.values(name, axes); // the family has none
    return kernels.upload(owner, values, kernels.device().precision(), axes);
  }
}
