package dev.shoal.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.models.checkpoint.AtomicFile;
import dev.shoal.models.checkpoint.CheckpointFormatException;
import dev.shoal.models.checkpoint.SafetensorsFile;
import dev.shoal.models.checkpoint.SafetensorsWriter;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.checkpoint.TensorSpec;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.LanguageModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A training between two steps, on disk: {@code state.safetensors} with the weights and both
 * moments in float32, {@code state.json} with stage, step and the last results.
 */
final class TrainingState {

  /**
   * Where a training stands.
   *
   * @param step the next one
   * @param tail the last results
   */
  record Position(TrainingStage stage, long step, List<StepResult> tail) {

    /** Whether one can go on from here. */
    boolean isWhole() {
      return stage != null && step >= 0 && tail != null && !tail.contains(null);
    }
  }

  private static final String ARRAYS = "state.safetensors";
  private static final String POSITION = "state.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LanguageModel model;
  private final List<BackwardPass> passes;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();

  TrainingState(List<BackwardPass> passes, Optimizer optimizer) {
    this.passes = passes;
    this.model = passes.get(0).model();
    Trainables trainables = passes.get(0).trainables();
    NDList weights = trainables.weights();
    for (int i = 0; i < trainables.size(); i++) {
      String name = trainables.names().get(i);
      arrays.put("weight." + name, weights.get(i));
      arrays.put("first." + name, optimizer.first().get(i));
      arrays.put("second." + name, optimizer.second().get(i));
    }
  }

  /** As it is now. */
  Arrays now() {
    return new Arrays(arrays, passes.get(0).model().kernels());
  }

  /** Copies it; what is written later is as it is now. */
  void copyTo(HostCopy copy) {
    copy.take(arrays, passes.get(0).kernels());
  }

  /**
   * Weights and moments by name, here or in a copy.
   *
   * @param kernels of the device where they are
   */
  record Arrays(Map<String, NDArray> byName, KernelModule kernels) {

    void write(Path folder, Position position) {
      List<TensorSpec> specs = new ArrayList<>();
      byName.forEach(
          (name, array) -> specs.add(new TensorSpec(name, TensorDtype.F32, shape(array))));
      try (SafetensorsWriter writer =
          new SafetensorsWriter(folder.resolve(ARRAYS), specs, Map.of())) {
        byName.forEach((name, array) -> writer.write(name, kernels.download(array)));
      }
      try {
        AtomicFile.write(folder.resolve(POSITION), JSON.writeValueAsBytes(position));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  Position restore(Path folder, TrainingStage stage) {
    Position position = position(folder.resolve(POSITION));
    if (position.stage() != stage) {
      throw new IllegalArgumentException(
          "%s: a checkpoint of stage %s cannot continue stage %s; use a checkpoint of this stage"
              .formatted(folder, position.stage(), stage));
    }
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(ARRAYS))) {
      arrays.forEach((name, array) -> checkShape(file, name, array));
      arrays.forEach((name, array) -> fill(array, file.floats(name)));
    }
    passes.subList(1, passes.size()).forEach(this::copyWeights);
    return position;
  }

  private void checkShape(SafetensorsFile file, String name, NDArray array) {
    if (!file.names().contains(name) || !file.spec(name).shape().equals(shape(array))) {
      throw new IllegalArgumentException(
          "%s: '%s' is missing or not %s; use a checkpoint of the same model and settings"
              .formatted(ARRAYS, name, shape(array)));
    }
  }

  /** Writes into the array, so that everyone who borrowed it sees the new values. */
  private void fill(NDArray array, float[] values) {
    try (NDManager scope = model.manager().newSubManager()) {
      KernelArguments arguments =
          new KernelArguments()
              .add(array)
              .add(scope.create(values, new Shape(values.length)))
              .add(0L);
      model.kernels().call(scope, "store", arguments);
    }
  }

  private void copyWeights(BackwardPass replica) {
    try (NDManager scope = replica.manager().newSubManager()) {
      KernelArguments arguments =
          new KernelArguments()
              .add(replica.trainables().weights())
              .add(passes.get(0).trainables().weights());
      replica.kernels().call(scope, "copy_into", arguments);
    }
  }

  private static Position position(Path file) {
    try {
      return position(file, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(
          file + ": the position of a training cannot be read; use another checkpoint", e);
    }
  }

  /**
   * What the bytes spell.
   *
   * @throws CheckpointFormatException where that is no position
   */
  static Position position(Path file, byte[] json) {
    try {
      Position position = JSON.readValue(json, Position.class);
      if (position != null && position.isWhole()) {
        return position;
      }
      throw noPosition(file, "something is missing");
    } catch (JsonProcessingException e) {
      throw noPosition(file, e.getOriginalMessage());
    } catch (IOException e) { // bytes that are no text: nothing else is read here
      throw noPosition(file, e.getMessage());
    }
  }

  private static CheckpointFormatException noPosition(Path file, String problem) {
    return new CheckpointFormatException(
        file,
        null,
        "the position of a training cannot be read (" + problem + ")",
        "stage, step and tail",
        "use another checkpoint");
  }

  private static List<Long> shape(NDArray array) {
    return LongStream.of(array.getShape().getShape()).boxed().toList();
  }
}
