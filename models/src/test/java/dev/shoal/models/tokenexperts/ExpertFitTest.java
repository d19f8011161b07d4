package dev.shoal.models.tokenexperts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.Progress;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.evaluation.Nll;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.ExpertSet;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeSettings;
import dev.shoal.models.prune.Compensation;
import dev.shoal.models.tokenexperts.TokenExperts.Fit;
import dev.shoal.models.tokenexperts.TokenExperts.LayerFit;
import dev.shoal.models.tokenexperts.TokenExperts.Sample;
import dev.shoal.models.tokenexperts.TokenExperts.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Experts fitted to the dense model's layer")
class ExpertFitTest {

  private static final List<int[]> WINDOWS = Arrays.asList(TinyModels.windows(200, 20, 3));

  @TempDir private Path folder;

  @ParameterizedTest(name = "{1} per token, {0}")
  @CsvSource({"FOLD,1", "BIAS,1", "FOLD,2"})
  @DisplayName("miss less of tokens they were not fitted to, and so does the model")
  void fits(Compensation compensation, int perToken) {
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      build(model, new Settings(4, perToken, 20, compensation, 1, 7));
      double cut = distance(model, perToken);
      Settings settings = new Settings(4, perToken, 20, compensation, 1, 7, new Fit(100, 1e-3));
      for (LayerFit fit : build(model, settings)) {
        assertThat(fit.course().step()).isPositive();
        assertThat(fit.course().after()).isLessThan(0.97 * fit.course().before());
      }
      assertThat(distance(model, perToken)).isLessThan(cut);
    }
  }

  @Test
  @DisplayName("stay as they are cut where no step makes them better")
  void stays() {
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      Settings wild = new Settings(4, 1, 20, Compensation.FOLD, 1, 7, new Fit(20, 100));
      for (LayerFit fit : build(model, wild)) {
        assertThat(fit.course().step()).isZero();
        assertThat(fit.course().after()).isEqualTo(fit.course().before());
      }
      assertThat(distance(model, 1)).isFinite();
    }
  }

  @ParameterizedTest(name = "{0} per token")
  @ValueSource(ints = {1, 2})
  @DisplayName("follow the gradient of what they miss")
  void gradients(int perToken) {
    try (NDManager manager = Engine.newManager(Device.cpu());
        KernelModule kernels =
            KernelModule.load(
                Device.cpu(),
                DenseModel.KERNELS,
                MoeModel.KERNELS,
                SampleStates.KERNELS,
                SampleStates.FIT_KERNELS)) {
      Case example = new Case(manager, new Random(5), perToken);
      NDList gradients = example.call(kernels, "fit_gradients", null);
      double h = 1e-6;
      for (int tensor = 0; tensor < 3; tensor++) {
        NDArray weight = example.experts.get(tensor).reshape(-1);
        double[] found = gradients.get(tensor).reshape(-1).toDoubleArray();
        for (int i = 0; i < found.length; i++) {
          double was = weight.getDouble(i);
          weight.set(new NDIndex(i), was + h);
          double above = example.call(kernels, "fit_error", 4L).head().toDoubleArray()[0];
          weight.set(new NDIndex(i), was - h);
          double below = example.call(kernels, "fit_error", 4L).head().toDoubleArray()[0];
          weight.set(new NDIndex(i), was);
          assertThat(found[i]).isCloseTo((above - below) / (2 * h), within(1e-7));
        }
      }
    }
  }

  /** 3 experts of 2 channels over 5 tokens of width 4; float64. */
  private static final class Case {
    private final NDManager manager;
    private final NDList experts = new NDList();
    private final NDArray inputs;
    private final NDArray target;
    private final NDArray chosen;
    private final NDArray gates;

    Case(NDManager manager, Random random, int perToken) {
      this.manager = manager;
      experts.add(draw(random, 3, 2, 4));
      experts.add(draw(random, 3, 2, 4));
      experts.add(draw(random, 3, 4, 2));
      experts.add(draw(random, 3, 4));
      this.inputs = draw(random, 5, 4);
      this.target = draw(random, 5, 4);
      long[] all = {0, 1, 2, 0, 0, 2, 1, 0, 2, 0};
      this.chosen = manager.create(Arrays.copyOf(all, 5 * perToken), new Shape(5, perToken));
      this.gates = draw(random, 5, perToken);
    }

    private NDArray draw(Random random, long... shape) {
      double[] values = random.doubles(new Shape(shape).size(), -1, 1).toArray();
      return manager.create(values, new Shape(shape));
    }

    NDList call(KernelModule kernels, String kernel, Long block) {
      KernelArguments arguments =
          new KernelArguments()
              .add(inputs)
              .add(target)
              .add(manager.create(new long[] {0, 1, 3, 4}))
              .add(experts)
              .add(chosen)
              .add(gates)
              .add(2.5);
      return kernels.call(manager, kernel, block == null ? arguments : arguments.add((long) block));
    }
  }

  @Test
  @DisplayName("are the same bytes every time, and tell of parts done in order up to the last")
  void repeats() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    List<Long> done = new ArrayList<>();
    Progress told =
        (phase, parts, all) -> {
          assertThat(phase).startsWith("build experts: layer ");
          assertThat(all).isEqualTo(2 * (1 + 2 + 10));
          done.add(parts);
        };
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      Settings settings = new Settings(3, 1, 20, Compensation.FOLD, 1, 7, new Fit(10, 1e-3));
      build(model, settings);
      TokenExperts.build(model, new Sample(WINDOWS, null), settings, other, told);
    }
    assertThat(done).isSorted().startsWith(0L).endsWith(2L * (1 + 2 + 10));
    assertThat(folder.resolve("experts.safetensors"))
        .hasSameBinaryContentAs(other.resolve("experts.safetensors"));
  }

  @Test
  @DisplayName("are refused where no window can be held out")
  void refuses() {
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      Settings settings = new Settings(2, 1, 20, Compensation.FOLD, 1, 7, new Fit(10, 1e-3));
      Sample little = new Sample(WINDOWS.subList(0, 7), null);
      assertThatThrownBy(() -> TokenExperts.build(model, little, settings, folder, Progress.NONE))
          .hasMessage(
              "the sample has 7 windows; to fit experts one of 8 is held out, raise calibration.windows");
    }
  }

  private List<LayerFit> build(DenseModel model, Settings settings) {
    return TokenExperts.build(model, new Sample(WINDOWS, null), settings, folder, Progress.NONE);
  }

  /** How far the mixture's negative log-likelihood is from the dense model's, in nats a token. */
  private double distance(DenseModel model, int perToken) {
    int[][] windows = WINDOWS.toArray(int[][]::new);
    try (ExpertSet set = ExpertSet.load(folder);
        MoeModel sparse =
            MoeModel.assemble(
                model.config(),
                TinyModels.weights(1),
                set,
                new MoeSettings(set.experts(), perToken, 11),
                Device.cpu())) {
      List<Nll> dense = model.nll(windows);
      List<Nll> found = sparse.nll(windows);
      double sum = 0;
      for (int i = 0; i < windows.length; i++) {
        sum += Math.abs(found.get(i).sum() - dense.get(i).sum());
      }
      return sum / (WINDOWS.size() * 19);
    }
  }
}
