package dev.shoal.models.export;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.models.checkpoint.CheckpointFormatException;
import dev.shoal.models.checkpoint.CheckpointReader;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.checkpoint.TensorSpec;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.config.ModelJson;
import dev.shoal.models.config.ModelUnsupportedException;
import dev.shoal.models.engine.Device;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeShape;
import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.moe.MoeWeightSource;
import dev.shoal.models.moe.MoeWeights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A sparse checkpoint as {@link SparseExport} writes it, read from its own files alone. */
public final class SparseCheckpoint {

  private final SparseFormat format;
  private final CheckpointReader reader;
  private final MoeShape shape;

  private SparseCheckpoint(SparseFormat format, CheckpointReader reader, MoeShape shape) {
    this.format = format;
    this.reader = reader;
    this.shape = shape;
  }

  /** Whether the folder's {@code config.json} says that it is one. */
  public static boolean isOne(Path folder) {
    return SparseFormat.of(
            ModelJson.read(folder.resolve("config.json")).path("model_type").asText())
        .isPresent();
  }

  /** The model with the weights as they are stored; the caller closes it. */
  public static MoeModel load(Path folder, Device device) {
    try (MoeWeights weights = open(folder)) {
      return MoeModel.of(
          weights.config(), weights.shape(), weights.expertsPerToken(), weights.source(), device);
    }
  }

  /**
   * The weights as they are stored, read when they are asked for; the caller closes them.
   *
   * @throws ModelUnsupportedException where the configuration asks for another computation
   * @throws CheckpointFormatException where a tensor is missing or wrong
   */
  public static MoeWeights open(Path folder) {
    JsonNode json = ModelJson.read(folder.resolve("config.json"));
    SparseFormat format = format(folder, json);
    LlamaConfig config = LlamaConfig.readSparse(folder, format.decoder());
    MoeShape shape = shape(json, format, config);
    CheckpointReader reader = CheckpointReader.open(folder);
    SparseCheckpoint checkpoint = new SparseCheckpoint(format, reader, shape);
    checkpoint.require(config);
    return new MoeWeights(
        config,
        shape,
        json.path("num_experts_per_tok").asInt(),
        checkpoint.new Source(),
        reader::close);
  }

  private static SparseFormat format(Path folder, JsonNode json) {
    SparseFormat format = SparseFormat.of(json.path("model_type").asText()).orElse(null);
    List<String> problems = new ArrayList<>();
    if (format == null) {
      problems.add(
          "model_type is %s, expected mixtral, qwen2_moe or qwen3_moe"
              .formatted(json.path("model_type")));
    } else if (format != SparseFormat.MIXTRAL) {
      if (!json.path("norm_topk_prob").asBoolean()) {
        problems.add("norm_topk_prob is false, expected true");
      }
      if (json.path("decoder_sparse_step").asInt(1) != 1
          || !json.path("mlp_only_layers").isEmpty()) {
        problems.add("some layers are dense, expected all to be sparse");
      }
    }
    if (!problems.isEmpty()) {
      throw new ModelUnsupportedException(folder.resolve("config.json").toString(), problems);
    }
    return format;
  }

  private static MoeShape shape(JsonNode json, SparseFormat format, LlamaConfig config) {
    boolean mixtral = format == SparseFormat.MIXTRAL;
    return new MoeShape(
        json.path(json.has("num_experts") ? "num_experts" : "num_local_experts").asInt(),
        json.path(mixtral ? "intermediate_size" : "moe_intermediate_size").asInt(),
        config.hiddenSize());
  }

  private void require(LlamaConfig config) {
    for (TensorSpec expected : SparseTensors.of(format, config, shape, TensorDtype.F32)) {
      if (!reader.spec(expected.name()).shape().equals(expected.shape())) {
        throw new CheckpointFormatException(
            reader.folder(),
            expected.name(),
            reader.spec(expected.name()).shape().toString(),
            expected.shape().toString(),
            "use the config.json that belongs to these weights");
      }
    }
    for (int layer = 0; layer < config.numLayers(); layer++) {
      for (String name : SparseTensors.sharedExpert(format, layer, shape.hidden()).keySet()) {
        requireZero(name);
      }
    }
  }

  private void requireZero(String name) {
    for (float value : reader.floats(name)) {
      if (value != 0) {
        throw new CheckpointFormatException(
            reader.folder(),
            name,
            "weights",
            "zeros, as in a mixture without a shared expert",
            "other mixtures cannot be computed here");
      }
    }
  }

  private final class Source implements MoeWeightSource {

    @Override
    public float[] values(String name, long[] axes) {
      return reader.floats(name);
    }

    @Override
    public float[] experts(int layer, MoeTensor tensor) {
      if (tensor == MoeTensor.ROUTER) {
        return reader.floats(format.router(layer));
      }
      return tensor == MoeTensor.BIAS ? new float[0] : stacked(layer, tensor);
    }

    private float[] stacked(int layer, MoeTensor weight) {
      float[] stacked = new float[0];
      for (int expert = 0; expert < shape.experts(); expert++) {
        float[] one = reader.floats(format.expert(layer, expert, weight));
        if (expert == 0) {
          stacked = new float[Math.multiplyExact(shape.experts(), one.length)];
        }
        System.arraycopy(one, 0, stacked, expert * one.length, one.length);
      }
      return stacked;
    }
  }
}
