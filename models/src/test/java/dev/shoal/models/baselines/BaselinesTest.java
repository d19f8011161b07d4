package dev.shoal.models.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.models.Progress;
import dev.shoal.models.baselines.ExpertConstruction.Settings;
import dev.shoal.models.calibration.CalibrationPass;
import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.ExpertBuilder;
import dev.shoal.models.moe.ExpertSet;
import dev.shoal.models.moe.Lora;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeSettings;
import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.prune.Compensation;
import dev.shoal.models.training.LearningRate;
import dev.shoal.models.training.TrainingLoop;
import dev.shoal.models.training.TrainingSettings;
import dev.shoal.models.training.TrainingStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Experts to compare with")
class BaselinesTest {

  private static final List<int[]> WINDOWS = Arrays.asList(TinyModels.windows(12, 20, 3));
  private static final int F = 48;
  private static final int H = 32;

  @TempDir private Path folder;

  static Stream<ExpertConstruction> splits() {
    return Stream.of(new RandomSplit(), new KmeansSplit(), new CoactivationSplit());
  }

  static Stream<ExpertConstruction> all() {
    return Stream.concat(
        splits(), Stream.of(new OnePruned(), new DropUpcycle(), new RandomCalibration()));
  }

  @ParameterizedTest
  @MethodSource("splits")
  @DisplayName("by splitting have each channel once, and all together are the dense FFN")
  void splits(ExpertConstruction split) {
    build(split, settings(4, 12, Compensation.NONE));
    try (ExpertSet set = ExpertSet.load(folder);
        DenseModel dense = TinyModels.dense(1, Device.cpu());
        MoeModel sparse = assemble(set, 4)) {
      for (int l = 0; l < 2; l++) {
        int layer = l;
        assertThat(IntStream.range(0, 4).flatMap(e -> IntStream.of(set.kept(e, layer))).sorted())
            .containsExactlyElementsOf(IntStream.range(0, F).boxed().toList());
        sparse.replace(MoeTensor.ROUTER.tensorName(l), new float[4 * H], 4, H); // equal gates
      }
      assertThat(set.downScale()).isEqualTo(4);
      int[] window = WINDOWS.get(0);
      assertThat(sparse.logits(window)).containsExactly(dense.logits(window), within(2e-4f));
      // the router stage multiplies what they have in common once
      assertThat(sparse.sharedChannels(sparse.manager())).isPresent();
    }
  }

  @Test
  @DisplayName("by splitting must share out exactly what there is")
  void unequal() {
    assertThatThrownBy(() -> build(new RandomSplit(), settings(4, 20, Compensation.NONE)))
        .hasMessage(
            "4 experts of 20 channels; a split shares out the dense FFN's 48, each exactly once");
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(Compensation.class)
  @DisplayName("by pruning once are what the builder makes of the whole sample, in every copy")
  void copies(Compensation compensation) throws IOException {
    Path expected = Files.createDirectory(folder.resolve("expected"));
    build(new OnePruned(), settings(3, 20, compensation));
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      ExpertBuilder.Group group =
          new ExpertBuilder.Group(CalibrationPass.run(model, WINDOWS, Progress.NONE), WINDOWS);
      ExpertBuilder.build(
          model,
          List.of(group),
          new ExpertBuilder.Settings(20, compensation, 1 << 20),
          expected,
          Progress.NONE);
    }
    try (ExpertSet copies = ExpertSet.load(folder);
        ExpertSet single = ExpertSet.load(expected);
        MoeModel many = assemble(copies, 1);
        MoeModel one = assemble(single, 1)) {
      assertThat(copies.kept(2, 1)).isEqualTo(single.kept(0, 1));
      assertThat(many.logits(WINDOWS.get(0)))
          .containsExactly(one.logits(WINDOWS.get(0)), within(1e-4f));
    }
  }

  @ParameterizedTest
  @EnumSource(Compensation.class)
  @DisplayName("of full width need no compensation: one of them is the dense model")
  void whole(Compensation compensation) {
    build(new OnePruned(), settings(1, F, compensation));
    try (ExpertSet set = ExpertSet.load(folder);
        DenseModel dense = TinyModels.dense(1, Device.cpu());
        MoeModel sparse = assemble(set, 1)) {
      assertThat(set.compensation()).isEqualTo(Compensation.NONE);
      int[] window = WINDOWS.get(0);
      assertThat(sparse.logits(window)).containsExactly(dense.logits(window), within(1e-5f));
    }
  }

  @Test
  @DisplayName("that are copies start from different adapters")
  void adapters() {
    build(new OnePruned(), settings(2, 20, Compensation.FOLD));
    try (ExpertSet set = ExpertSet.load(folder);
        MoeModel sparse = assemble(set, 1)) {
      sparse.adapt(new Lora(2, 4), 5);
      for (MoeTensor factor : List.of(MoeTensor.GATE_A, MoeTensor.UP_A, MoeTensor.DOWN_A)) {
        float[] both = sparse.kernels().download(sparse.get(0, factor));
        assertThat(Arrays.copyOf(both, both.length / 2))
            .isNotEqualTo(Arrays.copyOfRange(both, both.length / 2, both.length));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Compensation.class)
  @DisplayName("by drop-upcycling have lost the same half of the channels in all three matrices")
  void upcycles(Compensation compensation) {
    build(new DropUpcycle(), settings(2, 20, compensation));
    float[] gate = TinyModels.weights(1).values(DenseTensor.GATE.tensorName(1), new long[] {F, H});
    float[] up = TinyModels.weights(1).values(DenseTensor.UP.tensorName(1), new long[] {F, H});
    try (ExpertSet set = ExpertSet.load(folder)) {
      List<List<Integer>> redrawn = new ArrayList<>();
      for (int e = 0; e < 2; e++) {
        int[] kept = set.kept(e, 1);
        List<Integer> lost = changedRows(set.own(MoeTensor.GATE, e, 1), gate, kept);
        assertThat(lost).hasSize(10);
        assertThat(changedRows(set.own(MoeTensor.UP, e, 1), up, kept)).isEqualTo(lost);
        redrawn.add(lost);
      }
      assertThat(redrawn.get(0)).isNotEqualTo(redrawn.get(1));
      // what neither has lost is the same in both
      float[] first = set.own(MoeTensor.DOWN, 0, 1);
      float[] second = set.own(MoeTensor.DOWN, 1, 1);
      for (int i = 0; i < first.length; i++) {
        boolean lost = redrawn.get(0).contains(i % 20) || redrawn.get(1).contains(i % 20);
        assertThat(first[i] != second[i]).isEqualTo(lost);
      }
    }
  }

  /** Rows [C, H] that are not those of the dense weight at the kept channels. */
  private static List<Integer> changedRows(float[] rows, float[] dense, int[] kept) {
    return IntStream.range(0, kept.length)
        .filter(
            i -> !Arrays.equals(rows, i * H, (i + 1) * H, dense, kept[i] * H, (kept[i] + 1) * H))
        .boxed()
        .toList();
  }

  @Test
  @DisplayName("draw from the mean and deviation of what is replaced")
  void redraws() {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[40_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (i % 2 == 0 ? 3 + 0.5 * random.nextGaussian() : 100);
    }
    int[] even = IntStream.range(0, 20_000).map(i -> 2 * i).toArray();
    float[] redrawn = DropUpcycle.redraw(values, even, random);
    double mean = Arrays.stream(even).mapToDouble(i -> redrawn[i]).average().orElseThrow();
    double square =
        Arrays.stream(even).mapToDouble(i -> redrawn[i] * redrawn[i]).average().orElseThrow();
    assertThat(mean).isCloseTo(3, within(0.02));
    assertThat(Math.sqrt(square - mean * mean)).isCloseTo(0.5, within(0.01));
    assertThat(redrawn[1]).isEqualTo(100);
    assertThat(redrawn[2]).isNotEqualTo(values[2]);
  }

  @Test
  @DisplayName("with weights of their own share nothing, and their router is trained all the same")
  void trainsRouter() {
    build(new DropUpcycle(), settings(3, 20, Compensation.BIAS));
    TrainingSettings settings = TrainingSettings.of(2, LearningRate.constant(1e-2), 2);
    try (ExpertSet set = ExpertSet.load(folder);
        MoeModel sparse = assemble(set, 1)) {
      assertThat(sparse.sharedChannels(sparse.manager())).isEmpty();
      try (TrainingLoop loop =
          new TrainingLoop(
              sparse,
              TrainingStage.ROUTER,
              settings,
              step -> TinyModels.windows(4, 12, 1),
              Optional.empty())) {
        double before = loop.advance().loss();
        assertThat(loop.advance().loss()).isLessThan(before);
      }
    }
  }

  @Test
  @DisplayName("by random calibration are pruned for equal parts of the sample")
  void calibrates() {
    int[] groups = RandomCalibration.groups(12, 5, 7);
    assertThat(
            IntStream.range(0, 5).map(g -> (int) IntStream.of(groups).filter(x -> x == g).count()))
        .containsExactly(3, 3, 2, 2, 2);
    assertThat(RandomCalibration.groups(12, 5, 8)).isNotEqualTo(groups);
    build(new RandomCalibration(), settings(2, 20, Compensation.FOLD));
    try (ExpertSet set = ExpertSet.load(folder)) {
      assertThat(set.kept(0, 1)).isNotEqualTo(set.kept(1, 1));
    }
    assertThatThrownBy(() -> RandomCalibration.groups(3, 4, 7))
        .hasMessage(
            "the sample has 3 windows for 4 experts; each needs at least one, raise calibration.windows");
  }

  @ParameterizedTest
  @MethodSource("all")
  @DisplayName("are the same bytes every time, and others from another seed where there is chance")
  void repeats(ExpertConstruction method) throws IOException {
    Path again = Files.createDirectory(folder.resolve("again"));
    Path other = Files.createDirectory(folder.resolve("other"));
    build(method, settings(4, 12, Compensation.NONE));
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      method.build(model, WINDOWS, settings(4, 12, Compensation.NONE), again, Progress.NONE);
      Settings seeded = new Settings(4, 12, Compensation.NONE, CalibrationPass::run, 1, 8);
      method.build(model, WINDOWS, seeded, other, Progress.NONE);
    }
    Path file = folder.resolve("experts.safetensors");
    assertThat(file).hasSameBinaryContentAs(again.resolve("experts.safetensors"));
    if (!(method instanceof OnePruned)) {
      assertThat(Files.mismatch(file, other.resolve("experts.safetensors"))).isNotNegative();
    }
  }

  private static Settings settings(int experts, int width, Compensation compensation) {
    return new Settings(experts, width, compensation, CalibrationPass::run, 1 << 20, 7);
  }

  private void build(ExpertConstruction method, Settings settings) {
    try (DenseModel model = TinyModels.dense(1, Device.cpu())) {
      method.build(model, WINDOWS, settings, folder, Progress.NONE);
    }
  }

  private static MoeModel assemble(ExpertSet set, int perToken) {
    return MoeModel.assemble(
        TinyModels.config(false),
        TinyModels.weights(1),
        set,
        new MoeSettings(set.experts(), perToken, 11),
        Device.cpu());
  }
}
