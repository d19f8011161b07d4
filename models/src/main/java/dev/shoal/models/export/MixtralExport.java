package dev.shoal.models.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.Progress;
import dev.shoal.models.checkpoint.AtomicFile;
import dev.shoal.models.checkpoint.CheckpointWriter;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a mixture as a Mixtral checkpoint with adapters merged: {@code config.json}, safetensors
 * shards, and the tokenizer and generation files of the dense model. Nothing in it tells time or
 * run, so equal models are equal bytes. One tensor is in memory at a time.
 */
public final class MixtralExport {

  private static final long SHARD_BYTES = 4L << 30;
  private static final List<String> COPIED =
      List.of(
          "added_tokens.json",
          "chat_template.jinja",
          "generation_config.json",
          "merges.txt",
          "special_tokens_map.json",
          "tokenizer.json",
          "tokenizer.model",
          "tokenizer_config.json",
          "vocab.json");

  private final MoeModel model;
  private final LlamaConfig config;

  private MixtralExport(MoeModel model) {
    this.model = model;
    this.config = model.config();
  }

  /**
   * Writes the checkpoint.
   *
   * @param dense folder whose tokenizer files are copied
   * @param out empty folder to fill
   * @param dtype of all weights: BF16, F16 or F32
   * @param progress told after each layer
   * @throws IllegalArgumentException if experts have a bias, which the format cannot hold
   */
  public static void write(
      MoeModel model, Path dense, Path out, TensorDtype dtype, Progress progress) {
    if (model.get(0, MoeTensor.BIAS).size() > 0) {
      throw new IllegalArgumentException(
          "experts have a bias, which a Mixtral checkpoint cannot hold; build them with compensation fold");
    }
    MixtralExport export = new MixtralExport(model);
    MixtralTensors tensors = new MixtralTensors(export.config, model.shape(), dtype);
    try (CheckpointWriter writer = new CheckpointWriter(out, tensors.specs(), SHARD_BYTES)) {
      export.write(writer, progress);
    }
    export.writeConfig(dense, out, dtype);
    copyBeside(dense, out);
  }

  private void write(CheckpointWriter writer, Progress progress) {
    writer.write(DenseTensor.EMBEDDING, values(DenseTensor.EMBEDDING));
    for (int layer = 0; layer < config.numLayers(); layer++) {
      for (DenseTensor tensor : MixtralTensors.shared()) {
        writer.write(tensor.tensorName(layer), values(tensor.tensorName(layer)));
      }
      String router = MixtralTensors.router(layer);
      writer.write(router, values(router));
      writeExperts(writer, layer);
      progress.report("export", layer + 1L, config.numLayers());
    }
    writer.write(DenseTensor.FINAL_NORM, values(DenseTensor.FINAL_NORM));
    writer.write(DenseTensor.HEAD, model.kernels().download(model.weights().head()));
  }

  /** The file keeps an expert's matrices together, the model those of one kind. */
  private void writeExperts(CheckpointWriter writer, int layer) {
    for (MoeTensor weight : MixtralTensors.EXPERT) {
      float[] stacked = model.merged(layer, weight);
      int size = stacked.length / model.shape().experts();
      for (int expert = 0; expert < model.shape().experts(); expert++) {
        writer.write(
            MixtralTensors.expert(layer, expert, weight),
            Arrays.copyOfRange(stacked, expert * size, (expert + 1) * size));
      }
    }
  }

  private float[] values(String name) {
    return model.kernels().download(model.array(name));
  }

  /** Ids of special tokens come from the source itself: it may list several ends. */
  private void writeConfig(Path dense, Path out, TensorDtype dtype) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = MixtralConfig.of(config, model.shape(), model.expertsPerToken(), dtype);
    try {
      JsonNode source = mapper.readTree(dense.resolve("config.json").toFile());
      for (String field : List.of("bos_token_id", "eos_token_id", "pad_token_id")) {
        if (source.has(field)) {
          json.set(field, source.get(field));
        }
      }
      byte[] bytes = mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
      AtomicFile.write(out.resolve("config.json"), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copyBeside(Path dense, Path out) {
    try {
      for (String name : COPIED) {
        if (Files.isRegularFile(dense.resolve(name))) {
          Files.copy(dense.resolve(name), out.resolve(name));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
