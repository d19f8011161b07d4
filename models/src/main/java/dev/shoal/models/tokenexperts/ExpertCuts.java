package dev.shoal.models.tokenexperts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.prune.ChannelSelection;
import dev.shoal.models.prune.Compensation;
import dev.shoal.models.prune.ImportanceScore;
import dev.shoal.models.prune.MeanBias;
import java.util.Arrays;

/**
 * Cuts one expert for each set of tokens.
 *
 * <p>An expert that is alone with a token stands for the dense FFN, y. Of several that share it
 * each stands for what it gave in the turn before and all that they missed together, \( \hat y_e +
 * (y - \sum_o g_o \hat y_o) \): since gates sum to 1, experts that all do so miss nothing. Channels
 * are then chosen by the down projection that gives this target best, where y has the dense one.
 */
final class ExpertCuts {

  private final DenseModel model;
  private final SampleStates states;
  private final TokenExperts.Settings settings;
  private final KernelModule kernels;
  private final NDArray like;
  private final Shuffled order;
  private final long block;

  /**
   * @param like an array in the dtype of statistics
   * @param block tokens whose channels are in memory at a time
   */
  ExpertCuts(
      DenseModel model,
      SampleStates states,
      TokenExperts.Settings settings,
      NDArray like,
      Shuffled order,
      long block) {
    this.model = model;
    this.states = states;
    this.settings = settings;
    this.kernels = states.kernels();
    this.like = like;
    this.order = order;
    this.block = block;
  }

  /**
   * The experts of one turn.
   *
   * @param kept channels of each, [E, C]
   * @param bias of each, [E, H] or [E, 0]
   * @param down of all, [E, H, C]
   */
  record Cut(int[][] kept, float[][] bias, NDArray down) {}

  /**
   * The turn before, where it decides what the next experts are made for.
   *
   * @param scope that owns its arrays
   * @param missed by the experts of each token together, [N, H]
   */
  record Before(NDManager scope, Cut cut, NDArray missed) implements AutoCloseable {
    @Override
    public void close() {
      scope.close();
    }
  }

  /**
   * What is true of a layer, whichever expert is cut.
   *
   * @param down dense, [H, F]
   * @param columnSize squared lengths of its columns, [F]
   */
  record Layer(int number, float[] down, double[] columnSize) {}

  /**
   * One expert for each set of tokens.
   *
   * @param chosen experts of each token, [N, K]
   * @param before null where experts stand for y
   */
  Cut cut(NDManager scope, Layer layer, NDArray chosen, Before before) {
    int experts = settings.experts();
    int hidden = model.config().hiddenSize();
    int[][] kept = new int[experts][];
    float[][] bias = new float[experts][0];
    NDArray downs = downs(scope, layer);
    for (int e = 0; e < experts; e++) {
      try (NDManager one = scope.newSubManager()) {
        NDArray places = tokensOf(one, chosen, e);
        boolean few = places.size() < 2L * settings.width();
        NDArray used = few ? some(one, chosen.getShape().get(0)) : places;
        NDList moments = moments(one, layer, used);
        double[] squares = moments.get(1).toDoubleArray();
        NDArray own;
        if (few || before == null) {
          kept[e] = strongest(squares, layer.columnSize());
          own = down(one, layer, kept[e], moments.get(2));
        } else {
          NDArray cross = target(one, layer, used, before, e);
          kept[e] = strongest(squares, columnSize(one, moments.get(2), cross));
          own = folded(one, moments.get(2), kept[e], cross);
        }
        if (settings.compensation() == Compensation.BIAS) {
          bias[e] = MeanBias.of(moments.get(0).toDoubleArray(), layer.down(), hidden, kept[e]);
        }
        kernels.call(one, "put", new KernelArguments().add(downs).add((long) e).add(own));
      }
    }
    return new Cut(kept, bias, downs);
  }

  private NDArray downs(NDManager scope, Layer layer) {
    KernelArguments arguments =
        new KernelArguments()
            .add(model.layer(layer.number()).get(DenseTensor.DOWN.at()))
            .add((long) settings.experts())
            .add((long) settings.width());
    return kernels.call(scope, "empty_downs", arguments).head();
  }

  /** Reads a layer's down projection. */
  Layer layer(int number) {
    float[] down = model.values(number, DenseTensor.DOWN);
    double[] ones = new double[model.config().intermediateSize()];
    Arrays.fill(ones, 1);
    return new Layer(number, down, ImportanceScore.wifv(ones, down, model.config().hiddenSize()));
  }

  private int[] strongest(double[] squares, double[] columnSize) {
    double[] score = new double[squares.length];
    Arrays.setAll(score, j -> squares[j] * columnSize[j]);
    return ChannelSelection.top(score, settings.width());
  }

  private NDArray tokensOf(NDManager scope, NDArray chosen, int expert) {
    return kernels
        .call(scope, "tokens_of", new KernelArguments().add(chosen).add((long) expert))
        .head();
  }

  /** For an expert whose own tokens are too few to say anything. */
  private NDArray some(NDManager scope, long all) {
    return order.some(scope, all, Math.min(all, 4L * settings.width()));
  }

  private NDList moments(NDManager scope, Layer layer, NDArray places) {
    KernelArguments arguments =
        new KernelArguments()
            .add(states.inputs())
            .add(places)
            .add(model.layer(layer.number()))
            .add(like)
            .add(block);
    return kernels.call(scope, "token_moments", arguments);
  }

  private NDArray down(NDManager scope, Layer layer, int[] kept, NDArray gram) {
    NDArray dense = model.layer(layer.number()).get(DenseTensor.DOWN.at());
    NDArray channels = scope.create(kept, new Shape(kept.length));
    return settings.compensation() == Compensation.FOLD
        ? kernels
            .call(scope, "fold_down", new KernelArguments().add(gram).add(channels).add(dense))
            .head()
        : kernels.call(scope, "cut_down", new KernelArguments().add(dense).add(channels)).head();
  }

  /** Sum of target times channels, [H, F]. */
  private NDArray target(NDManager scope, Layer layer, NDArray places, Before before, int expert) {
    int[] kept = before.cut().kept()[expert];
    KernelArguments arguments =
        new KernelArguments()
            .add(states.inputs())
            .add(before.missed())
            .add(places)
            .add(model.layer(layer.number()))
            .add(scope.create(kept, new Shape(kept.length)))
            .add(before.cut().down())
            .add((long) expert)
            .add(like)
            .add(block);
    return kernels.call(scope, "target_moments", arguments).head();
  }

  private double[] columnSize(NDManager scope, NDArray gram, NDArray cross) {
    return kernels
        .call(scope, "column_sizes", new KernelArguments().add(gram).add(cross))
        .head()
        .toDoubleArray();
  }

  private NDArray folded(NDManager scope, NDArray gram, int[] kept, NDArray cross) {
    NDArray channels = scope.create(kept, new Shape(kept.length));
    return kernels
        .call(scope, "fold_target", new KernelArguments().add(gram).add(channels).add(cross))
        .head();
  }
}
