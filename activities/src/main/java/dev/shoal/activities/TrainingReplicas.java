package dev.shoal.activities;

import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.training.Replica;
import dev.shoal.workflows.stages.TrainingActivities.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A mixture on every device that trains it, with its teacher where there is one. */
final class TrainingReplicas implements AutoCloseable {

  private final List<Replica> replicas = new ArrayList<>();
  private final List<LanguageModel> owned = new ArrayList<>();

  /** Loads all of them. The first device's teacher is the dense model kept between stages. */
  static TrainingReplicas load(Task task, List<Device> devices, Inputs inputs, Mixtures mixtures) {
    TrainingReplicas loaded = new TrainingReplicas();
    try {
      for (Device device : devices) {
        Optional<DenseModel> teacher = loaded.teacher(task, device, inputs);
        MoeModel moe =
            teacher
                .filter(source -> mixtures.manifest(task.moe()).dense().equals(task.model()))
                .map(source -> mixtures.loadBeside(source, task.moe()))
                .orElseGet(() -> mixtures.load(task.moe(), device));
        loaded.owned.add(moe);
        loaded.replicas.add(new Replica(moe, teacher));
      }
      return loaded;
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  private Optional<DenseModel> teacher(Task task, Device device, Inputs inputs) {
    if (task.training().distillation().weight() == 0) {
      return Optional.empty();
    }
    if (replicas.isEmpty()) {
      return Optional.of(inputs.dense(task.model(), device));
    }
    DenseModel another = DenseModel.load(inputs.model(task.model()), device);
    owned.add(another);
    return Optional.of(another);
  }

  /** Borrowed. */
  List<Replica> all() {
    return List.copyOf(replicas);
  }

  @Override
  public void close() {
    owned.forEach(LanguageModel::close);
    owned.clear();
  }
}
