package dev.shoal.models.moe;

import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.llama.WeightSource;
import dev.shoal.models.prune.ChannelCut;
import dev.shoal.models.prune.Compensation;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * A sparse model put together from dense weights and the channels its experts keep, with the
 * routers that were fitted to them or fresh ones from U(-1/sqrt(H), 1/sqrt(H)).
 *
 * <p>One tensor of one layer, over all experts, is in memory at a time.
 */
final class AssembledWeights implements MoeWeightSource {

  private final LlamaConfig config;
  private final WeightSource dense;
  private final ExpertSet experts;
  private final int hidden;
  private final long routerSeed;

  AssembledWeights(LlamaConfig config, WeightSource dense, ExpertSet experts, long routerSeed) {
    this.config = config;
    this.dense = dense;
    this.experts = experts;
    this.hidden = config.hiddenSize();
    this.routerSeed = routerSeed;
  }

  @Override
  public float[] values(String name, long[] shape) {
    return dense.values(name, shape);
  }

  @Override
  public float[] experts(int layer, MoeTensor tensor) {
    return switch (tensor) {
      case ROUTER -> experts.router(layer).orElseGet(() -> router(layer));
      case GATE -> experts.owns(tensor) ? own(layer, tensor) : rows(layer, DenseTensor.GATE);
      case UP -> experts.owns(tensor) ? own(layer, tensor) : rows(layer, DenseTensor.UP);
      case DOWN -> experts.owns(tensor) ? own(layer, tensor) : columns(layer);
      case BIAS -> bias(layer);
      case GATE_A, GATE_B, UP_A, UP_B, DOWN_A, DOWN_B ->
          throw new IllegalArgumentException(tensor + " does not come from the dense model");
    };
  }

  private float[] router(int layer) {
    SplittableRandom random = new SplittableRandom(routerSeed * 0x9E3779B97F4A7C15L + layer);
    double bound = 1 / Math.sqrt(hidden);
    float[] router = new float[experts.experts() * hidden];
    for (int i = 0; i < router.length; i++) {
      router[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return router;
  }

  /** [F, H] -> [E, C, H]. */
  private float[] rows(int layer, DenseTensor tensor) {
    float[] all = dense(tensor, layer);
    return stacked(e -> ChannelCut.rows(all, experts.kept(e, layer), hidden));
  }

  /** What each expert has of its own, one after the other. */
  private float[] own(int layer, MoeTensor tensor) {
    return stacked(e -> experts.own(tensor, e, layer));
  }

  /** [H, F] -> [E, H, C], scaled. */
  private float[] columns(int layer) {
    float scale = experts.downScale();
    float[] all = dense(DenseTensor.DOWN, layer);
    return stacked(e -> ChannelCut.columns(all, experts.kept(e, layer), hidden, scale));
  }

  private float[] bias(int layer) {
    if (experts.compensation() != Compensation.BIAS) {
      return new float[0];
    }
    float[] stacked = new float[experts.experts() * hidden];
    for (int e = 0; e < experts.experts(); e++) {
      System.arraycopy(experts.bias(e, layer), 0, stacked, e * hidden, hidden);
    }
    return stacked;
  }

  private float[] dense(DenseTensor tensor, int layer) {
    return dense.values(tensor.tensorName(layer), tensor.shape(config));
  }

  /** The matrices of all experts, one after the other. */
  private float[] stacked(IntFunction<float[]> matrix) {
    int size = hidden * experts.width();
    float[] stacked = new float[Math.multiplyExact(experts.experts(), size)];
    for (int e = 0; e < experts.experts(); e++) {
      System.arraycopy(matrix.apply(e), 0, stacked, e * size, size);
    }
    return stacked;
  }
}
