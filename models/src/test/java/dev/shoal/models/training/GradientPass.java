package dev.shoal.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LanguageModel;
import java.util.Arrays;
import java.util.Optional;

/** One backward pass whose gradients can be looked at. */
final class GradientPass implements AutoCloseable {

  private final LanguageModel model;
  private final TrainingSettings settings;
  private final KernelModule kernels;
  private final BackwardPass backward;
  private final NDManager scope;
  private NDList gradients;

  GradientPass(
      LanguageModel model,
      TrainingStage stage,
      TrainingSettings settings,
      Optional<DenseModel> teacher) {
    this.model = model;
    this.settings = settings;
    scope = model.manager().newSubManager();
    backward = new BackwardPass(new Replica(model, teacher), stage, settings);
    kernels = backward.kernels();
  }

  Trainables trainables() {
    return backward.trainables();
  }

  double[] run(int windowsAtOnce) {
    backward.refresh();
    Gradients sums = new Gradients(kernels, scope, trainables().size());
    double[] losses = new double[settings.losses().isNone() ? 2 : 6];
    for (int begin = 0; begin < GradientTest.WINDOWS.length; begin += windowsAtOnce) {
      int end = Math.min(GradientTest.WINDOWS.length, begin + windowsAtOnce);
      NDArray ids =
          backward.model().ids(scope, Arrays.copyOfRange(GradientTest.WINDOWS, begin, end));
      NDArray dataSets = scope.create(new long[][] {{1, 0}, {0, 1}, {1, 0}}).get(begin + ":" + end);
      MicroBatch windows = new MicroBatch(ids, Optional.of(dataSets));
      double[] part = backward.run(sums, scope, windows, 1.0 / 24).toDoubleArray();
      Arrays.setAll(losses, i -> losses[i] + part[i]);
    }
    gradients = sums.all();
    return losses;
  }

  float[] gradient(String name) {
    return kernels.download(gradients.get(trainables().position(name)));
  }

  /** The loss with one array moved. */
  double lossAlong(String name, double[] direction, double by) {
    NDArray weight = model.array(name);
    double[] before = weight.toDoubleArray();
    double[] moved = before.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += by * direction[i];
    }
    set(weight, moved);
    NDList kept = gradients;
    double[] losses = run(3);
    gradients = kept;
    set(weight, before);
    Distillation distillation = settings.distillation();
    double temperature = distillation.temperature();
    double divergence = distillation.weight() * temperature * temperature * losses[1];
    double routing = settings.losses().weighted(Arrays.copyOfRange(losses, 2, losses.length));
    return (losses[0] + divergence) / 24 + routing;
  }

  private void set(NDArray weight, double[] values) {
    KernelArguments arguments =
        new KernelArguments().add(weight).add(scope.create(values)).add(scope.create(0L));
    kernels.call(scope, "store", arguments);
  }

  @Override
  public void close() {
    scope.close();
    backward.close();
  }
}
