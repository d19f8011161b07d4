package dev.shoal.models.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.Progress;
import dev.shoal.models.checkpoint.AtomicFile;
import dev.shoal.models.checkpoint.CheckpointWriter;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.config.ConfigJson;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.moe.MoeWeights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes a mixture as the stock checkpoint of its family, adapters merged: {@code config.json},
 * safetensors shards, and the tokenizer and generation files of the dense model. Nothing in it
 * tells time or run, so equal models are equal bytes. One weight of one layer is in memory at a
 * time.
 */
public final class SparseExport {

  private static final long SHARD_BYTES = 4L << 30;

  /** Files that are copied from the dense model's folder where it has them. */
  public static final List<String> COPIED =
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

  private final MoeWeights weights;
  private final LlamaConfig config;
  private final SparseFormat format;

  private SparseExport(MoeWeights weights) {
    this.weights = weights;
    this.config = weights.config();
    this.format = SparseFormat.of(config.family());
  }

  /**
   * Writes the checkpoint.
   *
   * @param dense folder whose tokenizer files are copied
   * @param out empty folder to fill
   * @param dtype of all weights: BF16, F16 or F32
   * @param progress told after each layer
   * @throws IllegalArgumentException if experts have a bias, which no stock format can hold
   */
  public static void write(
      MoeWeights weights, Path dense, Path out, TensorDtype dtype, Progress progress) {
    SparseExport export = new SparseExport(weights);
    if (weights.biased()) {
      throw new IllegalArgumentException(
          "experts have a bias, which a %s checkpoint cannot hold; build them with compensation fold"
              .formatted(export.format.architecture()));
    }
    try (CheckpointWriter writer =
        new CheckpointWriter(
            out,
            SparseTensors.of(export.format, export.config, weights.shape(), dtype),
            SHARD_BYTES)) {
      export.write(writer, progress);
    }
    export.writeConfig(dense, out, dtype);
    copyBeside(dense, out);
  }

  private void write(CheckpointWriter writer, Progress progress) {
    long[] table = {config.vocabSize(), config.hiddenSize()};
    float[] embedding = values(DenseTensor.EMBEDDING, table);
    writer.write(DenseTensor.EMBEDDING, embedding);
    writer.write(
        DenseTensor.HEAD, config.tiedEmbeddings() ? embedding : values(DenseTensor.HEAD, table));
    writer.write(DenseTensor.FINAL_NORM, values(DenseTensor.FINAL_NORM, config.hiddenSize()));
    for (int layer = 0; layer < config.numLayers(); layer++) {
      for (DenseTensor tensor : SparseTensors.decoder(config)) {
        String name = tensor.tensorName(layer);
        writer.write(name, values(name, tensor.shape(config)));
      }
      writeExperts(writer, layer);
      progress.report("export", layer + 1L, config.numLayers());
    }
  }

  /** The file keeps an expert's matrices together, the model those of one kind. */
  private void writeExperts(CheckpointWriter writer, int layer) {
    writer.write(format.router(layer), weights.source().experts(layer, MoeTensor.ROUTER));
    Map<String, long[]> shared = SparseTensors.sharedExpert(format, layer, config.hiddenSize());
    shared.forEach((name, axes) -> writer.write(name, new float[elements(axes)]));
    for (MoeTensor weight : SparseTensors.EXPERT) {
      float[] stacked = weights.source().experts(layer, weight);
      int size = stacked.length / weights.shape().experts();
      for (int expert = 0; expert < weights.shape().experts(); expert++) {
        writer.write(
            format.expert(layer, expert, weight),
            Arrays.copyOfRange(stacked, expert * size, (expert + 1) * size));
      }
    }
  }

  private float[] values(String name, long... axes) {
    return weights.source().values(name, axes);
  }

  private static int elements(long[] axes) {
    return Math.toIntExact(Arrays.stream(axes).reduce(1, Math::multiplyExact));
  }

  /** Ids of special tokens come from the source itself: it may list several ends. */
  private void writeConfig(Path dense, Path out, TensorDtype dtype) {
    ObjectNode json = SparseConfig.of(format, weights, dtype);
    try {
      JsonNode source = new ObjectMapper().readTree(dense.resolve("config.json").toFile());
      for (String field : List.of("bos_token_id", "eos_token_id", "pad_token_id")) {
        if (source.has(field)) {
          json.set(field, source.get(field));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    AtomicFile.write(out.resolve("config.json"), ConfigJson.bytes(json));
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
