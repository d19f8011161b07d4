package dev.shoal.models.moe;

import dev.shoal.models.checkpoint.CheckpointReader;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.llama.LlamaCheckpoint;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A sparse model that is on no device: its architecture, and its weights one tensor at a time with
 * adapters multiplied in. What writes or checks a model works on this, so that its memory does not
 * grow with the model.
 */
public final class MoeWeights implements AutoCloseable {

  private final LlamaConfig config;
  private final MoeShape shape;
  private final int expertsPerToken;
  private final MoeWeightSource source;
  private final Runnable close;

  /**
   * Weights from anywhere.
   *
   * @param close ends reading
   */
  public MoeWeights(
      LlamaConfig config,
      MoeShape shape,
      int expertsPerToken,
      MoeWeightSource source,
      Runnable close) {
    this.config = config;
    this.shape = shape;
    this.expertsPerToken = expertsPerToken;
    this.source = source;
    this.close = close;
  }

  /** The weights of a model on a device, which stays the caller's. */
  public static MoeWeights of(MoeModel model) {
    MoeWeightSource source =
        new MoeWeightSource() {
          @Override
          public float[] values(String name, long[] shape) {
            return model.kernels().download(model.array(name));
          }

          @Override
          public float[] experts(int layer, MoeTensor tensor) {
            return tensor.isAdapted()
                ? model.merged(layer, tensor)
                : model.kernels().download(model.get(layer, tensor));
          }
        };
    return new MoeWeights(model.config(), model.shape(), model.expertsPerToken(), source, () -> {});
  }

  /**
   * The weights that {@link MoeModel#load} would put on a device, read as they are asked for.
   *
   * @param trained folder that a training wrote
   */
  public static MoeWeights open(
      Path dense, Path experts, MoeSettings settings, Optional<Path> trained) {
    LlamaConfig config = LlamaConfig.read(dense);
    CheckpointReader reader = CheckpointReader.open(dense);
    ExpertSet set = ExpertSet.load(experts);
    LlamaCheckpoint.require(reader, config);
    MoeShape shape = new MoeShape(set.experts(), set.width(), config.hiddenSize());
    MoeWeightSource assembled =
        new AssembledWeights(
            config, (name, axes) -> reader.floats(name), set, settings.routerSeed());
    Optional<RetrainedWeights> retrained =
        trained.map(folder -> new RetrainedWeights(assembled, shape, folder));
    return new MoeWeights(
        config,
        shape,
        settings.expertsPerToken(),
        retrained.isPresent() ? retrained.get() : assembled,
        () -> {
          retrained.ifPresent(RetrainedWeights::close);
          set.close();
          reader.close();
        });
  }

  /** Architecture of the decoder; its intermediate size is the dense model's. */
  public LlamaConfig config() {
    return config;
  }

  /** Sizes of the sparse part. */
  public MoeShape shape() {
    return shape;
  }

  /** K. */
  public int expertsPerToken() {
    return expertsPerToken;
  }

  /** The values. */
  public MoeWeightSource source() {
    return source;
  }

  /** Whether experts have a bias. */
  public boolean biased() {
    return source.experts(0, MoeTensor.BIAS).length > 0;
  }

  /** The same model with every weight rounded to a storage type; closes with this one. */
  public MoeWeights rounded(TensorDtype dtype) {
    MoeWeightSource rounded =
        new MoeWeightSource() {
          @Override
          public float[] values(String name, long[] axes) {
            return dtype.round(source.values(name, axes));
          }

          @Override
          public float[] experts(int layer, MoeTensor tensor) {
            return dtype.round(source.experts(layer, tensor));
          }
        };
    return new MoeWeights(config, shape, expertsPerToken, rounded, () -> {});
  }

  @Override
  public void close() {
    close.run();
  }
}
