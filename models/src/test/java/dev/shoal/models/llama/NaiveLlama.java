package dev.shoal.models.llama;

import dev.shoal.models.config.LlamaConfig;
import java.util.ArrayList;
import java.util.List;

/** The Llama decoder in loops over doubles: slow, obvious, and written apart from the kernels. */
public final class NaiveLlama {

  /** What a layer's FFN makes of one normed token. */
  public interface Ffn {
    double[] apply(int layer, double[] n);
  }

  private final LlamaConfig config;
  private final WeightSource source;

  public NaiveLlama(LlamaConfig config, WeightSource source) {
    this.config = config;
    this.source = source;
  }

  /** h = silu(Wg n) * (Wu n), [F]. */
  public double[] channels(int layer, double[] n) {
    double[] gate = times(weight(layer, DenseTensor.GATE), n);
    double[] up = times(weight(layer, DenseTensor.UP), n);
    for (int j = 0; j < up.length; j++) {
      up[j] *= gate[j] / (1 + Math.exp(-gate[j]));
    }
    return up;
  }

  /** The dense FFN. */
  public double[] ffn(int layer, double[] n) {
    return times(weight(layer, DenseTensor.DOWN), channels(layer, n));
  }

  /** Logits of every position, [S][V]. */
  public double[][] logits(int[] ids, Ffn ffn) {
    float[] table = source.values(DenseTensor.EMBEDDING, table());
    int h = config.hiddenSize();
    double[][] x = new double[ids.length][h];
    for (int s = 0; s < ids.length; s++) {
      for (int i = 0; i < h; i++) {
        x[s][i] = table[ids[s] * h + i];
      }
    }
    for (int l = 0; l < config.numLayers(); l++) {
      attend(x, l);
      for (double[] token : x) {
        add(token, ffn.apply(l, norm(token, weight(l, DenseTensor.FFN_NORM))));
      }
    }
    float[] norm = source.values(DenseTensor.FINAL_NORM, new long[] {h});
    float[] head = source.values(DenseTensor.HEAD, table());
    List<double[]> logits = new ArrayList<>();
    for (double[] token : x) {
      logits.add(times(head, norm(token, norm)));
    }
    return logits.toArray(new double[0][]);
  }

  /** Sum over next tokens of -log softmax. */
  public double nll(int[] ids, Ffn ffn) {
    double[][] logits = logits(ids, ffn);
    double sum = 0;
    for (int s = 0; s + 1 < ids.length; s++) {
      double total = 0;
      for (double z : logits[s]) {
        total += Math.exp(z);
      }
      sum += Math.log(total) - logits[s][ids[s + 1]];
    }
    return sum;
  }

  private void attend(double[][] x, int layer) {
    int d = config.headSize();
    double[][] q = new double[x.length][];
    double[][] k = new double[x.length][];
    double[][] v = new double[x.length][];
    for (int s = 0; s < x.length; s++) {
      double[] n = norm(x[s], weight(layer, DenseTensor.ATTENTION_NORM));
      q[s] = rotate(times(weight(layer, DenseTensor.QUERY), n), s);
      k[s] = rotate(times(weight(layer, DenseTensor.KEY), n), s);
      v[s] = times(weight(layer, DenseTensor.VALUE), n);
    }
    int group = config.numHeads() / config.numKeyValueHeads();
    for (int s = x.length - 1; s >= 0; s--) {
      double[] mixed = new double[config.numHeads() * d];
      for (int a = 0; a < config.numHeads(); a++) {
        double[] share = new double[s + 1];
        double total = 0;
        for (int t = 0; t <= s; t++) {
          double dot = 0;
          for (int i = 0; i < d; i++) {
            dot += q[s][a * d + i] * k[t][a / group * d + i];
          }
          share[t] = Math.exp(dot / Math.sqrt(d));
          total += share[t];
        }
        for (int t = 0; t <= s; t++) {
          for (int i = 0; i < d; i++) {
            mixed[a * d + i] += share[t] / total * v[t][a / group * d + i];
          }
        }
      }
      add(x[s], times(weight(layer, DenseTensor.OUTPUT), mixed));
    }
  }

  private double[] rotate(double[] x, int position) {
    int d = config.headSize();
    double[] turned = new double[x.length];
    for (int head = 0; head < x.length; head += d) {
      for (int i = 0; i < d / 2; i++) {
        double angle = position * Math.pow(config.rope().theta(), -2.0 * i / d);
        double a = x[head + i];
        double b = x[head + i + d / 2];
        turned[head + i] = a * Math.cos(angle) - b * Math.sin(angle);
        turned[head + i + d / 2] = b * Math.cos(angle) + a * Math.sin(angle);
      }
    }
    return turned;
  }

  private double[] norm(double[] x, float[] weight) {
    double square = 0;
    for (double value : x) {
      square += value * value / x.length;
    }
    double[] normed = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      normed[i] = x[i] / Math.sqrt(square + config.rmsNormEps()) * weight[i];
    }
    return normed;
  }

  private float[] weight(int layer, DenseTensor tensor) {
    return source.values(tensor.tensorName(layer), tensor.shape(config));
  }

  private long[] table() {
    return new long[] {config.vocabSize(), config.hiddenSize()};
  }

  private static void add(double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      x[i] += y[i];
    }
  }

  /** W x, W row-major [out, in]. */
  public static double[] times(float[] weight, double[] x) {
    double[] y = new double[weight.length / x.length];
    for (int o = 0; o < y.length; o++) {
      for (int i = 0; i < x.length; i++) {
        y[o] += (double) weight[o * x.length + i] * x[i];
      }
    }
    return y;
  }
}
