package dev.shoal.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.shoal.models.affinity.Agglomerative;
import dev.shoal.models.affinity.Dendrogram;
import dev.shoal.models.affinity.Linkage;
import dev.shoal.models.affinity.Merge;
import dev.shoal.models.affinity.PearsonDistance;
import dev.shoal.models.calibration.CalibrationPass;
import dev.shoal.models.calibration.ChannelStatistics;
import dev.shoal.models.calibration.FlapStatistics;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.llama.NaiveLlama;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.ExpertBuilder;
import dev.shoal.models.moe.ExpertSet;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeSettings;
import dev.shoal.models.plan.ModelShape;
import dev.shoal.models.plan.MoeShape;
import dev.shoal.models.plan.ParameterCount;
import dev.shoal.models.plan.TrainedWeights;
import dev.shoal.models.prune.Compensation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the method promises about how experts are made, sentence by sentence; {@link
 * DiveRetrainingTest} goes on with how they are trained.
 */
@DisplayName("The method")
class DiveSemanticsTest {

  private static final ModelShape TINY_LLAMA =
      new ModelShape(32000, 2048, 5632, 22, 32, 4, 64, false);

  @TempDir private Path folder;

  @ParameterizedTest(name = "K {0}")
  @ValueSource(ints = {1, 2, 3})
  @DisplayName(
      "1. At full width every expert is the dense FFN with a bias of zero, and the mixture is the dense model for any router and K")
  void fullWidth(int perToken) {
    int[] all = IntStream.range(0, 48).toArray();
    try (DenseModel dense = TinyModels.dense(1, Device.cpu());
        ExpertSet experts = build(dense, 48, List.of(text(1), text(2), text(3)));
        MoeModel mixture = mixture(experts, perToken)) {
      for (int e = 0; e < 3; e++) {
        assertThat(experts.kept(e, 1)).isEqualTo(all);
        assertThat(experts.bias(e, 1)).containsOnly(0);
      }
      int[] ids = text(9).get(0);
      // Weights of experts add up to 1 in float32; logits reach 10.
      assertThat(mixture.logits(ids)).containsExactly(dense.logits(ids), within(1e-4f));
    }
  }

  @ParameterizedTest(name = "K {0}")
  @ValueSource(ints = {1, 2})
  @DisplayName(
      "2. Experts calibrated alike make the one pruned model, for any router, sparse and with every expert weighted")
  void equalExperts(int perToken) {
    try (DenseModel dense = TinyModels.dense(1, Device.cpu());
        ExpertSet experts = build(dense, 20, List.of(text(1), text(1), text(1)));
        DenseModel pruned =
            dense.pruned(
                new int[][] {experts.kept(2, 0), experts.kept(2, 1)},
                new float[][] {experts.bias(2, 0), experts.bias(2, 1)});
        MoeModel mixture = mixture(experts, perToken);
        NDManager scope = mixture.manager().newSubManager()) {
      int[][] windows = TinyModels.windows(2, 14, 5);
      float[] expected = mixture.kernels().download(pruned.forward(scope, windows));
      NDArray sparse = mixture.forward(scope, windows);
      assertThat(mixture.kernels().download(sparse)).containsExactly(expected, within(1e-4f));
      KernelArguments everyExpert =
          new KernelArguments()
              .add(mixture.embed(scope, mixture.ids(scope, windows)))
              .add(mixture.weights().layers())
              .add(mixture.rope(14))
              .add(mixture.routing(scope, 0.5));
      NDArray weighted = mixture.kernels().call(scope, "moe_layers", everyExpert).head();
      assertThat(mixture.kernels().download(weighted)).containsExactly(expected, within(1e-4f));
    }
  }

  @Test
  @DisplayName(
      "3. With the mean bias, the mean output over the calibration tokens is that of the dense FFN")
  void meanOutput() {
    try (DenseModel dense = TinyModels.dense(1, TinyModels.DOUBLE);
        ExpertSet experts = build(dense, 20, List.of(text(1)))) {
      float[] down = dense.values(1, DenseTensor.DOWN); // [H, F]
      double[] full = new double[32];
      double[] left = new double[32];
      for (double[] h : channels(text(1)).get(1)) {
        double[] cut = new double[48];
        Arrays.stream(experts.kept(0, 1)).forEach(j -> cut[j] = h[j]);
        add(full, NaiveLlama.times(down, h));
        add(left, NaiveLlama.times(down, cut));
        float[] bias = experts.bias(0, 1);
        add(left, IntStream.range(0, 32).mapToDouble(i -> bias[i]).toArray());
      }
      // Sums over 72 tokens; the bias, below 1, is rounded to float32.
      assertThat(left).containsExactly(full, within(1e-5));
    }
  }

  @Test
  @DisplayName(
      "4. Streaming statistics are the two-pass ones, however the windows are split and ordered")
  void streaming() {
    List<int[]> windows = text(4);
    List<List<double[]>> seen = channels(windows);
    try (DenseModel dense = TinyModels.dense(1, TinyModels.DOUBLE)) {
      ChannelStatistics whole = CalibrationPass.run(dense, windows, Progress.NONE);
      List<ChannelStatistics> pieces = new ArrayList<>();
      pieces.add(CalibrationPass.run(dense, windows.subList(0, 3), Progress.NONE));
      windows
          .subList(3, windows.size())
          .forEach(w -> pieces.add(CalibrationPass.run(dense, List.of(w), Progress.NONE)));
      Collections.shuffle(pieces, new Random(8));
      ChannelStatistics merged = pieces.stream().reduce(ChannelStatistics::plus).orElseThrow();
      for (int layer = 0; layer < 2; layer++) {
        double[] mean = mean(seen.get(layer));
        double[] variance = variance(seen.get(layer), mean);
        // All fp64 but for the rotary table, float32 as in transformers; channels reach 10.
        for (ChannelStatistics found : List.of(whole, merged)) {
          assertThat(found.count(layer)).isEqualTo(72);
          assertThat(found.mean(layer)).containsExactly(mean, within(1e-7));
          assertThat(found.variance(layer)).containsExactly(variance, within(1e-6));
        }
      }
    }
  }

  @Test
  @DisplayName(
      "5. FLAP's recurrence is its closed form: no first window, later ones weighed (i - 1) / i around the mean so far")
  void flap() {
    List<int[]> windows = text(6);
    List<double[]> tokens = channels(windows).get(1);
    double[] expected = new double[48];
    for (int i = 2; i <= 6; i++) {
      double[] soFar = mean(tokens.subList(0, 12 * i));
      for (double[] h : tokens.subList(12 * (i - 1), 12 * i)) {
        double weight = (i - 1.0) / i / 5;
        Arrays.setAll(expected, j -> expected[j] + weight * (h[j] - soFar[j]) * (h[j] - soFar[j]));
      }
    }
    try (DenseModel dense = TinyModels.dense(1, TinyModels.DOUBLE)) {
      FlapStatistics found = CalibrationPass.flap(dense, windows, Progress.NONE);
      assertThat(found.windows(1)).isEqualTo(6);
      assertThat(found.mean(1)).containsExactly(mean(tokens), within(1e-7));
      assertThat(found.variance(1)).containsExactly(expected, within(1e-5)); // 12 times larger
    }
  }

  @Test
  @DisplayName("10. Parameters are as many as published, but for biases of o_proj that stay zero")
  void parameters() {
    long zeroBiases = 45_056; // 22 layers of 2,048, which the dense count does not have
    long noise = 360_448; // of half the published router; the other half routes
    assertThat(ParameterCount.of(TINY_LLAMA).total()).isEqualTo(1_100_048_384L);
    assertThat(ParameterCount.of(TINY_LLAMA).ffn()).isEqualTo(761_266_176L);

    MoeShape half = new MoeShape(TINY_LLAMA, 8, 1, 2816);
    ParameterCount one = ParameterCount.of(half, Compensation.BIAS);
    assertThat(one.ffn()).isEqualTo(8 * 22 * 17_303_552L).isEqualTo(3_045_425_152L);
    assertThat(one.activeFfn()).isEqualTo(380_678_144L);
    assertThat(one.router()).isEqualTo(720_896 - noise);
    assertThat(one.total()).isEqualTo(3_384_973_312L - zeroBiases - noise);
    assertThat(one.active()).isEqualTo(719_865_856L - zeroBiases);
    assertThat(TrainedWeights.router().count(half)).isEqualTo(720_896 - noise);
    assertThat(TrainedWeights.lora(8).count(half)).isEqualTo(21_358_592 - noise);

    MoeShape quarter = new MoeShape(TINY_LLAMA, 8, 2, 1408);
    ParameterCount two = ParameterCount.of(quarter, Compensation.BIAS);
    assertThat(two.ffn()).isEqualTo(8 * 22 * 8_652_800L).isEqualTo(1_522_892_800L);
    assertThat(two.activeFfn()).isEqualTo(380_723_200L);
    assertThat(two.total()).isEqualTo(1_862_440_960L - zeroBiases - noise);
    assertThat(two.active()).isEqualTo(719_910_912L - zeroBiases);
    assertThat(TrainedWeights.lora(8).count(quarter)).isEqualTo(15_411_200 - noise);
  }

  @Test
  @DisplayName(
      "11. Six points on a line cluster as by hand under every linkage, and a constant row gives no NaN")
  void clustering() {
    double[] points = {0, 1, 3, 7, 8.5, 20};
    double[][] line = new double[6][6];
    for (int i = 0; i < 36; i++) {
      line[i / 6][i % 6] = Math.abs(points[i / 6] - points[i % 6]);
    }
    // By the nearest members: 0 | 1, 7 | 8.5, 1 | 3, 3 | 7, 8.5 | 20.
    assertThat(Agglomerative.cluster(line, Linkage.SINGLE)).isEqualTo(tree(1, 1.5, 2, 4, 11.5));
    // By the farthest: 0 | 1, 7 | 8.5, 0 | 3, 0 | 8.5, 0 | 20.
    assertThat(Agglomerative.cluster(line, Linkage.COMPLETE)).isEqualTo(tree(1, 1.5, 3, 8.5, 20));
    // By the mean of all pairs: (3 + 2) / 2; 7.75 - 4/3 and 20 - 19.5/5, clusters do not overlap.
    List<Merge> average = Agglomerative.cluster(line, Linkage.AVERAGE).merges();
    assertThat(average.subList(0, 3)).isEqualTo(tree(1, 1.5, 2.5, 0, 0).merges().subList(0, 3));
    assertThat(average.get(3).height()).isCloseTo(7.75 - 4.0 / 3, within(1e-14));
    assertThat(average.get(4).height()).isCloseTo(16.1, within(1e-14));

    double[][] rows = {{0.1, 0.1, 0.1}, {1, 2, 3}, {2, 4, 6.1}};
    for (Linkage linkage : Linkage.values()) {
      List<Merge> merges = Agglomerative.cluster(PearsonDistance.of(rows), linkage).merges();
      assertThat(merges.get(0).first()).isEqualTo(1);
      assertThat(merges.get(1)).isEqualTo(new Merge(0, 1, 1)); // distance 1 to everything
    }
  }

  /** {0, 1}, {3, 4}, then 2 joins the first, then both, then 5, at these heights. */
  private static Dendrogram tree(double... heights) {
    return new Dendrogram(
        6,
        List.of(
            new Merge(0, 1, heights[0]),
            new Merge(3, 4, heights[1]),
            new Merge(0, 2, heights[2]),
            new Merge(0, 3, heights[3]),
            new Merge(0, 5, heights[4])));
  }

  private static List<int[]> text(long seed) {
    return List.of(TinyModels.windows(6, 12, seed));
  }

  private ExpertSet build(DenseModel dense, int width, List<List<int[]>> texts) {
    List<ExpertBuilder.Group> groups = new ArrayList<>();
    for (List<int[]> text : texts) {
      ChannelStatistics statistics = CalibrationPass.run(dense, text, Progress.NONE);
      groups.add(new ExpertBuilder.Group(statistics, text));
    }
    ExpertBuilder.Settings settings = new ExpertBuilder.Settings(width, Compensation.BIAS, 1 << 20);
    ExpertBuilder.build(dense, groups, settings, folder, Progress.NONE);
    return ExpertSet.load(folder);
  }

  private static MoeModel mixture(ExpertSet experts, int perToken) {
    return MoeModel.assemble(
        TinyModels.config(false),
        TinyModels.weights(1),
        experts,
        new MoeSettings(experts.experts(), perToken, 11),
        Device.cpu());
  }

  /** The input of every down projection, token by token, by loops over doubles: [L][N][F]. */
  private static List<List<double[]>> channels(List<int[]> windows) {
    List<List<double[]>> seen = List.of(new ArrayList<>(), new ArrayList<>());
    NaiveLlama naive = new NaiveLlama(TinyModels.config(false), TinyModels.weights(1));
    for (int[] window : windows) {
      naive.logits(
          window,
          (layer, n) -> {
            seen.get(layer).add(naive.channels(layer, n));
            return naive.ffn(layer, n);
          });
    }
    return seen;
  }

  private static double[] mean(List<double[]> tokens) {
    double[] mean = new double[48];
    tokens.forEach(h -> add(mean, h));
    return Arrays.stream(mean).map(sum -> sum / tokens.size()).toArray();
  }

  private static double[] variance(List<double[]> tokens, double[] mean) {
    double[] squares = new double[48];
    for (double[] h : tokens) {
      Arrays.setAll(squares, j -> squares[j] + (h[j] - mean[j]) * (h[j] - mean[j]));
    }
    return Arrays.stream(squares).map(sum -> sum / (tokens.size() - 1)).toArray();
  }

  private static void add(double[] sum, double[] more) {
    Arrays.setAll(sum, i -> sum[i] + more[i]);
  }
}
