package dev.shoal.models.llama;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.checkpoint.AtomicFile;
import dev.shoal.models.checkpoint.CheckpointFormatException;
import dev.shoal.models.checkpoint.CheckpointReader;
import dev.shoal.models.checkpoint.CheckpointWriter;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.checkpoint.TensorSpec;
import dev.shoal.models.config.ConfigJson;
import dev.shoal.models.config.LlamaConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A dense model as a folder that {@code transformers} and {@link DenseModel#load} open: the names
 * and shapes in it, writing one, and checking one.
 */
public final class LlamaCheckpoint {

  private static final long SHARD_BYTES = 5_000_000_000L;

  /** Old checkpoints carry the rotary frequencies, which are computed. */
  private static final String BUFFER = "rotary_emb.inv_freq";

  private LlamaCheckpoint() {}

  /** Every tensor of the model in its shape, from the embedding to the output. */
  public static Map<String, List<Long>> shapes(LlamaConfig config) {
    List<Long> table = List.of((long) config.vocabSize(), (long) config.hiddenSize());
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    shapes.put(DenseTensor.EMBEDDING, table);
    for (int layer = 0; layer < config.numLayers(); layer++) {
      for (DenseTensor tensor : DenseTensor.of(config)) {
        List<Long> shape = LongStream.of(tensor.shape(config)).boxed().toList();
        shapes.put(tensor.tensorName(layer), shape);
      }
    }
    shapes.put(DenseTensor.FINAL_NORM, List.of((long) config.hiddenSize()));
    if (!config.tiedEmbeddings()) {
      shapes.put(DenseTensor.HEAD, table);
    }
    return shapes;
  }

  /** Writes weights and {@code config.json}; the tokenizer is the caller's. */
  public static void write(DenseModel model, Path folder, TensorDtype dtype) {
    List<TensorSpec> specs = new ArrayList<>();
    shapes(model.config()).forEach((name, shape) -> specs.add(new TensorSpec(name, dtype, shape)));
    try (CheckpointWriter writer = new CheckpointWriter(folder, specs, SHARD_BYTES)) {
      for (TensorSpec spec : specs) {
        writer.write(spec.name(), model.kernels().download(model.array(spec.name())));
      }
    }
    ObjectNode json = model.config().toJson().put("torch_dtype", torchName(dtype));
    AtomicFile.write(folder.resolve("config.json"), ConfigJson.bytes(json));
  }

  /** The dtype's name in a {@code config.json}. */
  public static String torchName(TensorDtype dtype) {
    return switch (dtype) {
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      default ->
          throw new IllegalArgumentException(
              "a checkpoint cannot be written as %s; use F32, F16 or BF16".formatted(dtype));
    };
  }

  /**
   * Checks that the tensors are those the configuration describes: all of them, in shape, with
   * float elements, and none that would be left out of the computation.
   *
   * @throws CheckpointFormatException naming all that contradict it
   */
  public static void require(CheckpointReader reader, LlamaConfig config) {
    List<String> problems = new ArrayList<>();
    Map<String, List<Long>> shapes = shapes(config);
    shapes.forEach((name, shape) -> check(reader, name, shape, problems));
    for (String name : reader.names()) {
      if (!shapes.containsKey(name) && !name.equals(DenseTensor.HEAD) && !name.endsWith(BUFFER)) {
        String model = config.family().modelType();
        problems.add("'" + name + "' is there, which a " + model + " model has not");
      }
    }
    if (!problems.isEmpty()) {
      throw new CheckpointFormatException(
          reader.folder(),
          null,
          summary(problems),
          "the tensors that config.json describes",
          "use the config.json that belongs to these weights");
    }
  }

  private static void check(
      CheckpointReader reader, String name, List<Long> shape, List<String> problems) {
    if (!reader.names().contains(name)) {
      problems.add("'" + name + "' is missing, should be " + shape);
      return;
    }
    TensorSpec spec = reader.spec(name);
    if (!spec.shape().equals(shape)) {
      problems.add("'" + name + "' is " + spec.shape() + ", should be " + shape);
    } else if (!spec.dtype().isFloat()) {
      problems.add("'" + name + "' is " + spec.dtype() + ", should be a float type");
    }
  }

  /** A wrong file is usually wrong in every layer. */
  private static String summary(List<String> problems) {
    int shown = Math.min(10, problems.size());
    String more = problems.size() > shown ? "; and " + (problems.size() - shown) + " more" : "";
    return String.join("; ", problems.subList(0, shown)) + more;
  }
}
