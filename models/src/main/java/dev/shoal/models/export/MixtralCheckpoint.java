package dev.shoal.models.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.models.checkpoint.CheckpointReader;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.config.ModelUnsupportedException;
import dev.shoal.models.config.RopeSettings;
import dev.shoal.models.config.SpecialTokens;
import dev.shoal.models.engine.Device;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeShape;
import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.moe.MoeWeightSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** A Mixtral folder as {@link MixtralExport} writes it, loaded back from its own files alone. */
public final class MixtralCheckpoint {

  private final CheckpointReader reader;
  private final int experts;

  private MixtralCheckpoint(CheckpointReader reader, int experts) {
    this.reader = reader;
    this.experts = experts;
  }

  /** Whether the folder's {@code config.json} says that it is one. */
  public static boolean isOne(Path folder) {
    return config(folder).path("model_type").asText().equals("mixtral");
  }

  /** The model with the weights as they are stored; the caller closes it. */
  public static MoeModel load(Path folder, Device device) {
    JsonNode json = config(folder);
    if (!json.path("model_type").asText().equals("mixtral")) {
      throw new ModelUnsupportedException(
          folder.resolve("config.json").toString(),
          List.of("model_type is " + json.path("model_type") + ", expected mixtral"));
    }
    LlamaConfig config = decoder(json);
    int experts = json.path("num_local_experts").asInt();
    MoeShape shape =
        new MoeShape(experts, json.path("intermediate_size").asInt(), config.hiddenSize());
    try (CheckpointReader reader = CheckpointReader.open(folder)) {
      MixtralCheckpoint checkpoint = new MixtralCheckpoint(reader, experts);
      return MoeModel.of(
          config, shape, json.path("num_experts_per_tok").asInt(), checkpoint.new Source(), device);
    }
  }

  private static JsonNode config(Path folder) {
    try {
      return new ObjectMapper().readTree(folder.resolve("config.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static LlamaConfig decoder(JsonNode json) {
    return new LlamaConfig(
        json.path("vocab_size").asInt(),
        json.path("hidden_size").asInt(),
        json.path("intermediate_size").asInt(),
        json.path("num_hidden_layers").asInt(),
        json.path("num_attention_heads").asInt(),
        json.path("num_key_value_heads").asInt(),
        json.path("head_dim").asInt(),
        json.path("max_position_embeddings").asInt(),
        json.path("rms_norm_eps").asDouble(),
        new RopeSettings(json.path("rope_theta").asDouble()),
        json.path("tie_word_embeddings").asBoolean(),
        new SpecialTokens(
            id(json, "bos_token_id"), id(json, "eos_token_id"), id(json, "pad_token_id")));
  }

  private static Integer id(JsonNode json, String field) {
    return json.path(field).isInt() ? json.path(field).intValue() : null;
  }

  private final class Source implements MoeWeightSource {

    @Override
    public float[] values(String name, long[] shape) {
      return reader.floats(name);
    }

    @Override
    public float[] experts(int layer, MoeTensor tensor) {
      if (tensor == MoeTensor.ROUTER) {
        return reader.floats(MixtralTensors.router(layer));
      }
      return tensor == MoeTensor.BIAS ? new float[0] : stacked(layer, tensor);
    }

    private float[] stacked(int layer, MoeTensor weight) {
      float[] stacked = new float[0];
      for (int expert = 0; expert < experts; expert++) {
        float[] one = reader.floats(MixtralTensors.expert(layer, expert, weight));
        if (expert == 0) {
          stacked = new float[Math.multiplyExact(experts, one.length)];
        }
        System.arraycopy(one, 0, stacked, expert * one.length, one.length);
      }
      return stacked;
    }
  }
}
