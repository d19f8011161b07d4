package dev.shoal.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.affinity.Affinity;
import dev.shoal.models.affinity.Grouping;
import dev.shoal.models.affinity.MaskedEvaluation;
import dev.shoal.models.calibration.CalibrationPass;
import dev.shoal.models.calibration.ChannelStatistics;
import dev.shoal.models.checkpoint.SafetensorsFile;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.evaluation.Nll;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.ExpertBuilder;
import dev.shoal.models.moe.ExpertSet;
import dev.shoal.models.moe.Lora;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeSettings;
import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.moe.TinyMoe;
import dev.shoal.models.moe.TrainedWeights;
import dev.shoal.models.prune.Compensation;
import dev.shoal.models.prune.PrunedChannels;
import dev.shoal.models.tokens.TokenFile;
import dev.shoal.models.tokens.TokenWriter;
import dev.shoal.models.tokens.TrainingMix;
import dev.shoal.models.tokens.Windows;
import dev.shoal.models.training.Batches;
import dev.shoal.models.training.LearningRate;
import dev.shoal.models.training.TrainingLoop;
import dev.shoal.models.training.TrainingSettings;
import dev.shoal.models.training.TrainingStage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the method promises about training its experts; see {@link DiveSemanticsTest}. */
@DisplayName("The method, retraining")
class DiveRetrainingTest {

  private static final Batches BATCHES = step -> TinyModels.windows(4, 12, 1000 + step);
  private static final String ROUTER = MoeTensor.ROUTER.tensorName(1);

  @TempDir private Path folder;

  @ParameterizedTest(name = "K {0}")
  @ValueSource(ints = {1, 2, 3})
  @DisplayName("6a. The weights of a token's experts add up to 1, sparse and with every expert")
  void weightsAddUp(int perToken) {
    float[][][] bias = new float[4][2][32];
    for (float[][] expert : bias) {
      Arrays.fill(expert[1], 0.25f);
    }
    try (MoeModel model = TinyMoe.model(TinyMoe.kept(4, 20, 7), bias, perToken, Device.cpu())) {
      // Without output of attention and channels, the second layer adds the weighted bias alone.
      for (int l = 0; l < 2; l++) {
        model.replace(DenseTensor.OUTPUT.tensorName(l), new float[32 * 32], 32, 32);
        model.replace(MoeTensor.DOWN.tensorName(l), new float[4 * 32 * 20], 4, 32, 20);
      }
      try (NDManager scope = model.manager().newSubManager()) {
        NDArray x = model.embed(scope, model.ids(scope, BATCHES.batch(0)));
        float[] expected = model.kernels().download(x);
        for (int i = 0; i < expected.length; i++) {
          expected[i] += 0.25f;
        }
        for (double temperature : new double[] {0, 0.05, 0.5}) {
          KernelArguments arguments =
              new KernelArguments()
                  .add(x)
                  .add(model.weights().layers())
                  .add(model.rope(12))
                  .add(model.routing(scope, temperature));
          NDArray y = model.kernels().call(scope, "moe_layers", arguments).head();
          assertThat(model.kernels().download(y)).containsExactly(expected, within(1e-6f));
        }
      }
    }
  }

  @ParameterizedTest(name = "K {0}")
  @ValueSource(ints = {1, 2})
  @DisplayName("6b. With one expert per token the router learns nothing in the expert stage")
  void routerGradient(int perToken) {
    try (MoeModel model = TinyMoe.different(4, perToken, Device.cpu());
        TrainingLoop loop = loop(model, TrainingStage.EXPERTS)) {
      float[] before = model.kernels().download(model.array(ROUTER));
      loop.advance();
      loop.advance();
      loop.save(folder);
      float[] after = model.kernels().download(model.array(ROUTER));
      try (SafetensorsFile state = SafetensorsFile.open(folder.resolve("state.safetensors"))) {
        boolean moved = !Arrays.equals(state.floats("first." + ROUTER), new float[4 * 32]);
        assertThat(moved).isEqualTo(perToken > 1);
      }
      assertThat(Arrays.equals(after, before)).isEqualTo(perToken == 1);
    }
  }

  @Test
  @DisplayName(
      "7. Fresh adapters change nothing: the expert stage starts at the loss the router stage ended with")
  void freshAdapters() {
    try (MoeModel model = TinyMoe.different(4, 2, Device.cpu())) {
      try (TrainingLoop routers = loop(model, TrainingStage.ROUTER)) {
        routers.advance();
        routers.advance();
      }
      List<Nll> ended = model.nll(BATCHES.batch(0));
      try (TrainingLoop experts = loop(model, TrainingStage.EXPERTS)) {
        assertThat(model.lora()).isPresent();
        assertThat(model.nll(BATCHES.batch(0))).isEqualTo(ended);
        double mean = ended.stream().mapToDouble(Nll::sum).sum() / 44;
        // float32 sums of about 5
        assertThat(experts.advance().loss()).isCloseTo(mean, within(1e-5));
        assertThat(model.nll(BATCHES.batch(0))).isNotEqualTo(ended);
      }
    }
  }

  @Test
  @DisplayName("8a. Adapters multiplied into the weights compute the same as beside them")
  void merged() {
    try (MoeModel adapted = TinyMoe.different(4, 2, Device.cpu());
        MoeModel plain = TinyMoe.different(4, 2, Device.cpu())) {
      TinyMoe.stir(adapted, new Lora(3, 6), 1);
      for (int l = 0; l < 2; l++) {
        for (MoeTensor weight : List.of(MoeTensor.GATE, MoeTensor.UP, MoeTensor.DOWN)) {
          long[] shape = plain.get(l, weight).getShape().getShape();
          plain.replace(weight.tensorName(l), adapted.merged(l, weight), shape);
        }
      }
      int[] ids = BATCHES.batch(0)[0];
      assertThat(plain.logits(ids)).containsExactly(adapted.logits(ids), within(1e-4f));
    }
  }

  @Test
  @DisplayName(
      "8b. Trained weights, written and put on an untrained model, make it the trained one")
  void roundTrip() {
    int[] ids = BATCHES.batch(0)[0];
    float[] expected;
    try (MoeModel model = TinyMoe.different(4, 2, Device.cpu());
        TrainingLoop loop = loop(model, TrainingStage.EXPERTS)) {
      loop.advance();
      loop.advance();
      loop.writeDelta(folder);
      expected = model.logits(ids);
    }
    try (MoeModel model = TinyMoe.different(4, 2, Device.cpu())) {
      assertThat(model.logits(ids)).isNotEqualTo(expected);
      TrainedWeights.load(folder).applyTo(model);
      assertThat(model.logits(ids)).containsExactly(expected);
    }
  }

  @Test
  @DisplayName("9. The same seed gives the same groups, channels, router and first ten losses")
  void reproducible() {
    Story first = story(42);
    assertThat(story(42)).usingRecursiveComparison().isEqualTo(first);
    Story other = story(43);
    assertThat(other.router()).isNotEqualTo(first.router());
    assertThat(other.losses()).isNotEqualTo(first.losses());
  }

  /** Everything a run decides, from text to the first steps of training. */
  private record Story(
      List<List<String>> groups, int[][][] kept, float[] router, List<Double> losses) {}

  private Story story(long seed) {
    List<String> names = List.of("a", "b", "c");
    List<TokenFile> texts = IntStream.range(0, 3).mapToObj(this::text).toList();
    List<List<int[]>> windows = texts.stream().map(text -> windows(text, seed)).toList();
    Path experts = folder.resolve("experts-" + seed);
    List<List<String>> groups;
    try (DenseModel dense = TinyModels.dense(1, Device.cpu())) {
      List<ChannelStatistics> statistics =
          windows.stream().map(w -> CalibrationPass.run(dense, w, Progress.NONE)).toList();
      groups = groups(dense, names, statistics, windows);
      List<ExpertBuilder.Group> sources = new ArrayList<>();
      for (List<String> group : groups) {
        int member = names.indexOf(group.get(0));
        sources.add(new ExpertBuilder.Group(statistics.get(member), windows.get(member)));
      }
      ExpertBuilder.Settings settings = new ExpertBuilder.Settings(20, Compensation.FOLD, 1 << 20);
      ExpertBuilder.build(dense, sources, settings, experts, Progress.NONE);
    }
    return train(groups, texts, ExpertSet.load(experts), seed);
  }

  private static Story train(
      List<List<String>> groups, List<TokenFile> texts, ExpertSet experts, long seed) {
    List<TrainingMix.Source> sources = new ArrayList<>();
    texts.forEach(text -> sources.add(new TrainingMix.Source("t" + sources.size(), text, 1)));
    TrainingMix mix = new TrainingMix(sources, 12, seed);
    TrainingSettings settings = TrainingSettings.of(10, LearningRate.constant(1e-2), 1);
    MoeSettings shape = new MoeSettings(2, 1, seed);
    try (experts;
        MoeModel model =
            MoeModel.assemble(
                TinyModels.config(false), TinyModels.weights(1), experts, shape, Device.cpu());
        TrainingLoop loop =
            new TrainingLoop(
                model,
                TrainingStage.ROUTER,
                settings,
                step -> mix.batch(step, 4),
                Optional.empty())) {
      float[] router = model.kernels().download(model.array(ROUTER));
      List<Double> losses = new ArrayList<>();
      while (loop.step() < 10) {
        losses.add(loop.advance().loss());
      }
      int[][][] kept = {
        {experts.kept(0, 0), experts.kept(0, 1)}, {experts.kept(1, 0), experts.kept(1, 1)}
      };
      return new Story(groups, kept, router, losses);
    }
  }

  private static List<List<String>> groups(
      DenseModel dense,
      List<String> names,
      List<ChannelStatistics> statistics,
      List<List<int[]>> windows) {
    double[][] perplexities = new double[3][];
    for (int i = 0; i < 3; i++) {
      PrunedChannels pruned =
          PrunedChannels.of(
              statistics.get(i), layer -> dense.values(layer, DenseTensor.DOWN), 32, 20);
      List<Nll> row =
          MaskedEvaluation.row(dense, pruned.kept(), pruned.meanBias(), windows, Progress.NONE);
      perplexities[i] = row.stream().mapToDouble(Nll::perplexity).toArray();
    }
    return Grouping.of(Affinity.of(names, perplexities), 2).groups();
  }

  private TokenFile text(int number) {
    Path at = folder.resolve("text-" + number);
    try (TokenWriter writer = new TokenWriter(at)) {
      writer.add(TinyModels.windows(1, 400, number)[0]);
    }
    return TokenFile.open(at);
  }

  private static List<int[]> windows(TokenFile text, long seed) {
    Windows windows = new Windows(text, 12, seed, "calibration");
    return IntStream.range(0, 5).mapToObj(windows::get).toList();
  }

  private static TrainingLoop loop(MoeModel model, TrainingStage stage) {
    TrainingSettings settings = TrainingSettings.of(5, LearningRate.constant(1e-2), 2);
    return new TrainingLoop(model, stage, settings, BATCHES, Optional.empty());
  }
}
