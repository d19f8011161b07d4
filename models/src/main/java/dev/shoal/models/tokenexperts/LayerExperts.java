package dev.shoal.models.tokenexperts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.Progress;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.engine.Precision;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.moe.ExpertSetWriter;
import dev.shoal.models.prune.ChannelSelection;
import dev.shoal.models.prune.Compensation;
import dev.shoal.models.prune.ImportanceScore;
import dev.shoal.models.prune.MeanBias;
import java.util.Arrays;

/** Experts and router of one layer after the other, in turns. */
final class LayerExperts implements AutoCloseable {

  /** Tokens whose channels are in memory at a time. */
  private static final int CPU_BLOCK = 4096;

  private static final int GPU_BLOCK = 65_536;

  private final DenseModel model;
  private final SampleStates states;
  private final TokenExperts.Settings settings;
  private final KernelModule kernels;
  private final NDManager manager;
  private final NDArray like;
  private final Shuffled order;
  private final RouterFit routerFit;

  LayerExperts(DenseModel model, SampleStates states, TokenExperts.Settings settings) {
    this.model = model;
    this.states = states;
    this.settings = settings;
    this.kernels = states.kernels();
    this.manager = states.manager().newSubManager();
    Precision statistics = model.device().precision().statistics();
    this.like = kernels.upload(manager, new float[] {0}, statistics, 1);
    this.order = new Shuffled(settings.seed());
    this.routerFit = new RouterFit(kernels, order);
  }

  /** The experts as they are in one turn; all arrays belong to one scope. */
  private record Cut(int[][] kept, float[][] bias, NDArray down) {}

  /** Makes and writes what belongs to a layer. */
  TokenExperts.LayerFit fit(int layer, ExpertSetWriter writer, Progress progress) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray chosen = start(scope);
      NDArray router = zeros(scope, settings.experts(), model.config().hiddenSize());
      for (int turn = 0; turn <= settings.repetitions(); turn++) {
        try (NDManager turnScope = scope.newSubManager()) {
          Cut cut = cut(turnScope, layer, chosen);
          NDArray errors = errors(turnScope, layer, cut);
          router = keep(scope, router, routerFit.fit(turnScope, states.inputs(), errors, router));
          chosen = keep(scope, chosen, choose(turnScope, router));
          progress.report("turns", turn + 1L, settings.repetitions() + 1L);
          if (turn == settings.repetitions()) {
            write(layer, writer, cut, router);
            return report(turnScope, layer, errors, chosen);
          }
        }
      }
      throw new IllegalStateException("no turn was made");
    }
  }

  private static NDArray keep(NDManager scope, NDArray old, NDArray next) {
    next.attach(scope);
    old.close();
    return next;
  }

  private NDArray start(NDManager scope) {
    NDArray groups = states.groups(scope);
    return groups != null
        ? groups
        : new SphericalKmeans(kernels, order, block())
            .run(scope, states.inputs(), like, settings.experts());
  }

  /** One expert for each set of tokens. */
  private Cut cut(NDManager scope, int layer, NDArray chosen) {
    int experts = settings.experts();
    int hidden = model.config().hiddenSize();
    float[] down = model.values(layer, DenseTensor.DOWN);
    double[] ones = new double[model.config().intermediateSize()];
    Arrays.fill(ones, 1);
    double[] columnSize = ImportanceScore.wifv(ones, down, hidden);
    int[][] kept = new int[experts][];
    float[][] bias = new float[experts][0];
    NDArray downs =
        kernels.upload(
            scope,
            new float[experts * hidden * settings.width()],
            model.device().precision(),
            experts,
            hidden,
            settings.width());
    for (int e = 0; e < experts; e++) {
      try (NDManager one = scope.newSubManager()) {
        NDList moments = moments(one, layer, tokens(one, chosen, e));
        kept[e] = strongest(moments.get(1).toDoubleArray(), columnSize);
        if (settings.compensation() == Compensation.BIAS) {
          bias[e] = MeanBias.of(moments.get(0).toDoubleArray(), down, hidden, kept[e]);
        }
        NDArray own = down(one, layer, kept[e], moments.get(2));
        kernels.call(one, "put", new KernelArguments().add(downs).add((long) e).add(own));
      }
    }
    return new Cut(kept, bias, downs);
  }

  private int[] strongest(double[] squares, double[] columnSize) {
    double[] score = new double[squares.length];
    Arrays.setAll(score, j -> squares[j] * columnSize[j]);
    return ChannelSelection.top(score, settings.width());
  }

  /** Those of the expert, or some of all where they are too few to say anything. */
  private NDArray tokens(NDManager scope, NDArray chosen, int expert) {
    NDArray mine =
        kernels
            .call(scope, "tokens_of", new KernelArguments().add(chosen).add((long) expert))
            .head();
    long all = chosen.getShape().get(0);
    return mine.size() >= 2L * settings.width()
        ? mine
        : order.some(scope, all, Math.min(all, 4L * settings.width()));
  }

  private NDList moments(NDManager scope, int layer, NDArray places) {
    KernelArguments arguments =
        new KernelArguments()
            .add(states.inputs())
            .add(places)
            .add(model.layer(layer))
            .add(like)
            .add(block());
    return kernels.call(scope, "token_moments", arguments);
  }

  private NDArray down(NDManager scope, int layer, int[] kept, NDArray gram) {
    NDArray dense = model.layer(layer).get(DenseTensor.DOWN.at());
    NDArray channels = scope.create(kept, new Shape(kept.length));
    return settings.compensation() == Compensation.FOLD
        ? kernels
            .call(scope, "fold_down", new KernelArguments().add(gram).add(channels).add(dense))
            .head()
        : kernels.call(scope, "cut_down", new KernelArguments().add(dense).add(channels)).head();
  }

  private NDArray errors(NDManager scope, int layer, Cut cut) {
    int[] kept = Arrays.stream(cut.kept()).flatMapToInt(Arrays::stream).toArray();
    KernelArguments arguments =
        new KernelArguments()
            .add(states.inputs())
            .add(model.layer(layer))
            .add(scope.create(kept, new Shape(cut.kept().length, settings.width())))
            .add(cut.down())
            .add(bias(scope, cut.bias()))
            .add(like)
            .add(block());
    return kernels.call(scope, "expert_errors", arguments).head();
  }

  private NDArray bias(NDManager scope, float[][] bias) {
    float[] flat = new float[bias.length * bias[0].length];
    for (int e = 0; e < bias.length; e++) {
      System.arraycopy(bias[e], 0, flat, e * bias[e].length, bias[e].length);
    }
    Precision statistics = model.device().precision().statistics();
    return flat.length == 0
        ? scope.create(new Shape(0))
        : kernels.upload(scope, flat, statistics, bias.length, bias[0].length);
  }

  private NDArray choose(NDManager scope, NDArray router) {
    KernelArguments arguments =
        new KernelArguments()
            .add(states.inputs())
            .add(router)
            .add((long) settings.expertsPerToken())
            .add(block());
    return kernels.call(scope, "choose_experts", arguments).head();
  }

  private void write(int layer, ExpertSetWriter writer, Cut cut, NDArray router) {
    float[] downs =
        settings.compensation() == Compensation.FOLD ? kernels.download(cut.down()) : new float[0];
    int size = model.config().hiddenSize() * settings.width();
    for (int e = 0; e < settings.experts(); e++) {
      writer.kept(e, layer, cut.kept()[e]);
      switch (settings.compensation()) {
        case NONE -> {}
        case BIAS -> writer.bias(e, layer, cut.bias()[e]);
        case FOLD ->
            writer.foldedDown(e, layer, Arrays.copyOfRange(downs, e * size, (e + 1) * size));
      }
    }
    writer.router(layer, kernels.download(router));
  }

  private TokenExperts.LayerFit report(NDManager scope, int layer, NDArray errors, NDArray chosen) {
    double[] found =
        kernels
            .call(scope, "fit_report", new KernelArguments().add(errors).add(chosen))
            .head()
            .toDoubleArray();
    long[] tokens = Arrays.stream(found).skip(3).mapToLong(Math::round).toArray();
    return new TokenExperts.LayerFit(layer, found[0], found[1], found[2], tokens);
  }

  private NDArray zeros(NDManager scope, int rows, int columns) {
    Precision statistics = model.device().precision().statistics();
    return kernels.upload(scope, new float[rows * columns], statistics, rows, columns);
  }

  private long block() {
    return model.device().isCpu() ? CPU_BLOCK : GPU_BLOCK;
  }

  @Override
  public void close() {
    manager.close();
  }
}
