package dev.shoal.models.moe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.checkpoint.SafetensorsFile;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import java.nio.file.Path;
import java.util.Optional;

/** Assembled weights with what a training changed, its adapters multiplied in on the CPU. */
final class RetrainedWeights implements MoeWeightSource {

  private final MoeWeightSource assembled;
  private final MoeShape shape;
  private final SafetensorsFile trained;
  private final Optional<Lora> lora;
  private final KernelModule kernels =
      KernelModule.load(Device.cpu(), DenseModel.KERNELS, MoeModel.KERNELS);

  RetrainedWeights(MoeWeightSource assembled, MoeShape shape, Path folder) {
    this.assembled = assembled;
    this.shape = shape;
    this.trained = SafetensorsFile.open(TrainedWeights.file(folder));
    this.lora = TrainedWeights.lora(trained);
  }

  @Override
  public float[] values(String name, long[] axes) {
    return trained.names().contains(name) ? trained.floats(name) : assembled.values(name, axes);
  }

  @Override
  public float[] experts(int layer, MoeTensor tensor) {
    String name = tensor.tensorName(layer);
    if (trained.names().contains(name)) {
      return trained.floats(name);
    }
    float[] values = assembled.experts(layer, tensor);
    return lora.isPresent() && tensor.isAdapted() ? merged(values, layer, tensor) : values;
  }

  private float[] merged(float[] values, int layer, MoeTensor tensor) {
    try (NDManager scope = Engine.newManager(kernels.device())) {
      KernelArguments arguments =
          new KernelArguments()
              .add(upload(scope, values, tensor))
              .add(factor(scope, layer, tensor.loraA()))
              .add(factor(scope, layer, tensor.loraB()))
              .add(scope.create((float) lora.get().scale()));
      return kernels.download(kernels.call(scope, "merged", arguments).head());
    }
  }

  private NDArray factor(NDManager scope, int layer, MoeTensor tensor) {
    return upload(scope, trained.floats(tensor.tensorName(layer)), tensor);
  }

  private NDArray upload(NDManager scope, float[] values, MoeTensor tensor) {
    int rank = lora.get().rank();
    return kernels.upload(scope, values, kernels.device().precision(), tensor.shape(shape, rank));
  }

  void close() {
    trained.close();
    kernels.close();
  }
}
