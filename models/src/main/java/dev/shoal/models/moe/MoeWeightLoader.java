package dev.shoal.models.moe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.engine.Precision;
import dev.shoal.models.llama.DecoderWeights;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import java.util.List;
import java.util.Optional;

/** Puts weights on a device in the order the sparse kernels take them; without adapters. */
final class MoeWeightLoader {

  private final LlamaConfig config;
  private final MoeShape shape;
  private final KernelModule kernels;
  private final NDManager owner;
  private final Optional<DenseModel> beside;

  MoeWeightLoader(LlamaConfig config, MoeShape shape, KernelModule kernels, NDManager owner) {
    this(config, shape, kernels, owner, Optional.empty());
  }

  /**
   * As above.
   *
   * @param beside the dense source on the same device; what nobody trains is borrowed from it
   */
  MoeWeightLoader(
      LlamaConfig config,
      MoeShape shape,
      KernelModule kernels,
      NDManager owner,
      Optional<DenseModel> beside) {
    this.config = config;
    this.shape = shape;
    this.kernels = kernels;
    this.owner = owner;
    this.beside = beside;
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
    NDArray embedding = frozen(owner, source, DenseTensor.EMBEDDING, table);
    NDArray norm = shared(owner, source, DenseTensor.FINAL_NORM, config.hiddenSize());
    NDArray head =
        config.tiedEmbeddings() ? embedding : frozen(owner, source, DenseTensor.HEAD, table);
    return new DecoderWeights(embedding, new NDList(), norm, head);
  }

  /** The arrays of one layer in the order of the kernels. */
  NDList layer(NDManager owner, MoeWeightSource source, int layer) {
    NDList arrays = new NDList();
    List<DenseTensor> shared = List.of(DenseTensor.values()).subList(0, DenseTensor.SHARED);
    for (DenseTensor tensor : shared) {
      String name = tensor.tensorName(layer);
      arrays.add(
          isNorm(tensor)
              ? shared(owner, source, name, tensor.shape(config))
              : frozen(owner, source, name, tensor.shape(config)));
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

  /** What no stage trains: of the source beside it a handle, the values are in memory once. */
  private NDArray frozen(NDManager owner, MoeWeightSource source, String name, long... axes) {
    if (beside.isEmpty()) {
      return shared(owner, source, name, axes);
    }
    NDArray handle = beside.get().array(name).stopGradient();
    handle.attach(owner);
    return handle;
  }

  private static boolean isNorm(DenseTensor tensor) {
    return tensor == DenseTensor.ATTENTION_NORM || tensor == DenseTensor.FFN_NORM;
  }
}
