package dev.shoal.models.tokenexperts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.Progress;
import dev.shoal.models.calibration.CalibrationPass;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.evaluation.Nll;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.ExpertBuilder;
import dev.shoal.models.moe.ExpertSet;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeSettings;
import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.prune.Compensation;
import dev.shoal.models.tokenexperts.TokenExperts.LayerFit;
import dev.shoal.models.tokenexperts.TokenExperts.Sample;
import dev.shoal.models.tokenexperts.TokenExperts.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Experts for kinds of tokens")
class TokenExpertsTest {

  private static final List<int[]> WINDOWS = Arrays.asList(TinyModels.windows(40, 20, 3));

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Compensation.class)
  @DisplayName("are those of the data sets where tokens start there and are cut once")
  void groups(Compensation compensation) throws IOException {
    int[] groups = new int[40];
    Arrays.fill(groups, 20, 40, 1);
    Path other = Files.createDirectory(folder.resolve("other"));
    try (DenseModel model = TinyModels.dense(1, TinyModels.DOUBLE)) {
      Settings settings = new Settings(2, 1, 20, compensation, 0, 7);
      TokenExperts.build(model, new Sample(WINDOWS, groups), settings, folder, Progress.NONE);
      ExpertBuilder.build(
          model,
          List.of(group(model, WINDOWS.subList(0, 20)), group(model, WINDOWS.subList(20, 40))),
          new ExpertBuilder.Settings(20, compensation, 1 << 20),
          other,
          Progress.NONE);
    }
    try (ExpertSet found = ExpertSet.load(folder);
        ExpertSet expected = ExpertSet.load(other)) {
      for (int e = 0; e < 2; e++) {
        for (int l = 0; l < 2; l++) {
          assertThat(found.kept(e, l)).isEqualTo(expected.kept(e, l));
          if (compensation == Compensation.FOLD) {
            assertThat(found.own(MoeTensor.DOWN, e, l))
                .containsExactly(expected.own(MoeTensor.DOWN, e, l), within(1e-6f));
          }
          if (compensation == Compensation.BIAS) {
            assertThat(found.bias(e, l)).containsExactly(expected.bias(e, l), within(1e-6f));
          }
        }
      }
      assertThat(expected.router(0)).isEmpty();
    }
  }

  private static ExpertBuilder.Group group(DenseModel model, List<int[]> windows) {
    return new ExpertBuilder.Group(CalibrationPass.run(model, windows, Progress.NONE), windows);
  }

  @Test
  @DisplayName("of full width are the dense model, whatever the router says")
  void fullWidth() {
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      List<LayerFit> fits = build(model, new Settings(4, 1, 48, Compensation.NONE, 1, 7));
      assertThat(fits).allSatisfy(fit -> assertThat(fit.error()).isLessThan(1e-10));
      assertThat(nll(model, 1)).isCloseTo(nll(model), within(1e-4));
    }
  }

  @ParameterizedTest(name = "{0} per token")
  @ValueSource(ints = {1, 2})
  @DisplayName("are routed better than by chance")
  void routes(int perToken) {
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      List<LayerFit> fits = build(model, new Settings(4, perToken, 20, Compensation.FOLD, 4, 7));
      for (LayerFit fit : fits) {
        assertThat(LongStream.of(fit.tokens()).sum()).isEqualTo(perToken * 800L);
        assertThat(fit.error()).isBetween(fit.leastError(), 0.9 * fit.anyError());
      }
      assertThat(nll(model, perToken)).isFinite();
    }
  }

  @Test
  @DisplayName("that share a token are judged by what they miss together")
  void together() {
    try (NDManager manager = Engine.newManager(Device.cpu());
        KernelModule kernels =
            KernelModule.load(
                Device.cpu(), DenseModel.KERNELS, MoeModel.KERNELS, SampleStates.KERNELS)) {
      NDArray missed = manager.create(new float[] {1, 0, -1, 0, 0.5f, 0.5f}, new Shape(3, 2, 1));
      NDArray errors = manager.create(new float[] {1, 1, 0.5f, 0, 0, 0}, new Shape(2, 3, 1));
      kernels.call(manager, "beside", new KernelArguments().add(errors).add(missed));
      // the last is the best alone; beside it the second makes up for what it misses
      assertThat(errors.get(1).toFloatArray()[0]).isEqualTo((1.5f * 1.5f + 0.25f) / 4);
      assertThat(errors.get(1).toFloatArray()[1]).isEqualTo((0.25f + 0.25f) / 4);
      assertThat(errors.get(1).toFloatArray()[2]).isGreaterThan(1e29f);
    }
  }

  @Test
  @DisplayName("that share a token come to miss less, each made for what the others leave")
  void shares() {
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      List<LayerFit> once = build(model, new Settings(4, 3, 12, Compensation.FOLD, 0, 7));
      List<LayerFit> turns = build(model, new Settings(4, 3, 12, Compensation.FOLD, 4, 7));
      for (int l = 0; l < once.size(); l++) {
        assertThat(turns.get(l).error()).isLessThan(0.6 * once.get(l).error());
      }
    }
  }

  @Test
  @DisplayName("are the same bytes every time")
  void repeats() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      Settings settings = new Settings(3, 1, 20, Compensation.FOLD, 1, 7);
      build(model, settings);
      TokenExperts.build(model, new Sample(WINDOWS, null), settings, other, Progress.NONE);
    }
    assertThat(folder.resolve("experts.safetensors"))
        .hasSameBinaryContentAs(other.resolve("experts.safetensors"));
  }

  @Test
  @DisplayName("of sets with hardly any token are made from some tokens of all")
  void few() {
    List<int[]> little = WINDOWS.subList(0, 5);
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      Settings settings = new Settings(24, 1, 20, Compensation.FOLD, 1, 7);
      TokenExperts.build(model, new Sample(little, null), settings, folder, Progress.NONE);
      assertThat(nll(model, 1)).isFinite();
    }
  }

  @Test
  @DisplayName("are refused where the sample is too small or the shape impossible")
  void refuses() {
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      assertThatThrownBy(
              () ->
                  TokenExperts.build(
                      model,
                      new Sample(WINDOWS.subList(0, 3), null),
                      new Settings(4, 1, 20, Compensation.FOLD, 1, 7),
                      folder,
                      Progress.NONE))
          .hasMessage(
              "the sample has 60 tokens; experts of 20 channels need at least 80, raise calibration.windows");
      assertThatThrownBy(() -> build(model, new Settings(4, 5, 20, Compensation.FOLD, 1, 7)))
          .hasMessage("5 experts per token of 4 experts; take 1 to 4");
      assertThatThrownBy(() -> build(model, new Settings(4, 1, 49, Compensation.FOLD, 1, 7)))
          .hasMessage("experts of 49 channels; the dense FFN has 48");
    }
    assertThat(folder).isEmptyDirectory();
  }

  private List<LayerFit> build(DenseModel model, Settings settings) {
    return TokenExperts.build(model, new Sample(WINDOWS, null), settings, folder, Progress.NONE);
  }

  private static double nll(DenseModel model) {
    return model.nll(WINDOWS.toArray(int[][]::new)).stream().mapToDouble(Nll::sum).sum() / 760;
  }

  private double nll(DenseModel model, int perToken) {
    try (ExpertSet set = ExpertSet.load(folder)) {
      return nll(model, set, perToken);
    }
  }

  private static double nll(DenseModel model, ExpertSet set, int perToken) {
    MoeSettings settings = new MoeSettings(set.experts(), perToken, 11);
    try (MoeModel sparse =
        MoeModel.assemble(model.config(), TinyModels.weights(1), set, settings, Device.cpu())) {
      return mean(sparse);
    }
  }

  private static double mean(MoeModel sparse) {
    return sparse.nll(WINDOWS.toArray(int[][]::new)).stream().mapToDouble(Nll::sum).sum() / 760;
  }
}
