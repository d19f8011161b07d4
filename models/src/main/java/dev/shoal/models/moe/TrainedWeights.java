package dev.shoal.models.moe;

import dev.shoal.models.checkpoint.SafetensorsFile;
import dev.shoal.models.checkpoint.SafetensorsWriter;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.checkpoint.TensorSpec;
import dev.shoal.models.llama.LanguageModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a training changed: some weights of a model, by name, in float32, and the size of its
 * adapters. One file, {@code trained.safetensors}.
 */
public final class TrainedWeights {

  private static final String FILE = "trained.safetensors";
  private static final String RANK = "lora_rank";
  private static final String ALPHA = "lora_alpha";

  private final Path file;

  private TrainedWeights(Path file) {
    this.file = file;
  }

  /** Weights in a folder, read when they are applied. */
  public static TrainedWeights load(Path folder) {
    return new TrainedWeights(file(folder));
  }

  /** Writes the named weights of a model as they are now. */
  public static void write(LanguageModel model, List<String> names, Path folder) {
    List<TensorSpec> specs = names.stream().map(name -> spec(model, name)).toList();
    Map<String, String> metadata =
        model instanceof MoeModel sparse && sparse.lora().isPresent()
            ? metadata(sparse.lora().get())
            : Map.of();
    try (SafetensorsWriter writer = new SafetensorsWriter(folder.resolve(FILE), specs, metadata)) {
      for (String name : names) {
        writer.write(name, model.kernels().download(model.array(name)));
      }
    }
  }

  /**
   * Gives a model these weights.
   *
   * @throws IllegalArgumentException when a weight is no part of the model or has another shape
   */
  public void applyTo(LanguageModel model) {
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      if (model instanceof MoeModel sparse) {
        lora(weights)
            .ifPresent(lora -> sparse.adapt(lora, (name, shape) -> values(weights, name, shape)));
      }
      if (model instanceof MoeModel sparse
          && weights.names().contains(MoeTensor.GATE.tensorName(0))) {
        sparse.endCuts();
      }
      for (String name : weights.names()) {
        if (!name.contains(".lora_")) {
          long[] shape = model.array(name).getShape().getShape();
          model.replace(name, values(weights, name, shape), shape);
        }
      }
    }
  }

  private float[] values(SafetensorsFile weights, String name, long[] shape) {
    List<Long> expected = Arrays.stream(shape).boxed().toList();
    if (!weights.spec(name).shape().equals(expected)) {
      throw new IllegalArgumentException(
          "%s: tensor '%s' is %s, the model's is %s; use the weights that were trained for it"
              .formatted(file.getFileName(), name, weights.spec(name).shape(), expected));
    }
    return weights.floats(name);
  }

  /** The file in a folder that a training wrote. */
  static Path file(Path folder) {
    return folder.resolve(FILE);
  }

  /** The adapters that the file has the factors of. */
  static Optional<Lora> lora(SafetensorsFile weights) {
    String rank = weights.metadata().get(RANK);
    return rank == null
        ? Optional.empty()
        : Optional.of(
            new Lora(Integer.parseInt(rank), Double.parseDouble(weights.metadata().get(ALPHA))));
  }

  private static Map<String, String> metadata(Lora lora) {
    return Map.of(RANK, Integer.toString(lora.rank()), ALPHA, Double.toString(lora.alpha()));
  }

  private static TensorSpec spec(LanguageModel model, String name) {
    long[] shape = model.array(name).getShape().getShape();
    return new TensorSpec(name, TensorDtype.F32, Arrays.stream(shape).boxed().toList());
  }
}
