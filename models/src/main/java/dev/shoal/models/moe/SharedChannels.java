package dev.shoal.models.moe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.engine.Precision;
import java.util.Arrays;
import java.util.BitSet;

/**
 * All experts of a model at the price of about one dense FFN.
 *
 * <p>Before they are trained, experts are cuts of the same dense FFN. With every expert weighted,
 * as in the router stage, \( \sum_e g_e W_d[:,K_e] h_{K_e} = W_d\,(h \odot (g M)) \), where row e
 * of M marks the channels of expert e: gate, up and down are multiplied once instead of E times.
 * Where down projections were folded they differ, and only gate and up are shared.
 *
 * <p>Axes: E experts, H hidden, C channels of an expert, U channels that any expert keeps, filled
 * up to a multiple of eight.
 */
public final class SharedChannels {

  /** Rows of kernels on a GPU; what is filled up is zero and adds nothing. */
  private static final int EIGHT = 8;

  private final MoeModel model;
  private final int[][][] kept;
  private final NDManager owner;
  private final NDArray[][] layers; // [L][gate, up, down, masks or places]

  SharedChannels(MoeModel model, int[][][] kept, NDManager owner) {
    this.model = model;
    this.kept = kept;
    this.owner = owner;
    this.layers = new NDArray[model.config().numLayers()][];
    for (int l = 0; l < layers.length; l++) {
      layers[l] = layer(l);
    }
  }

  /** The arrays of layers [begin, end) as kernels take them, borrowed. */
  public NDList layers(int begin, int end) {
    NDList arrays = model.weights().layers(begin, end, model.stride());
    for (int l = begin; l < end; l++) {
      int at = (l - begin) * model.stride();
      arrays.set(at + MoeTensor.GATE.at(), layers[l][0]);
      arrays.set(at + MoeTensor.UP.at(), layers[l][1]);
      arrays.set(at + MoeTensor.DOWN.at(), layers[l][2]);
      arrays.set(at + MoeTensor.GATE_A.at(), layers[l][3]);
    }
    return arrays;
  }

  private NDArray[] layer(int layer) {
    int[] place = places(layer);
    int used = Arrays.stream(place).max().orElseThrow() + 1;
    int channels = (used + EIGHT - 1) / EIGHT * EIGHT;
    NDArray gate = rows(layer, MoeTensor.GATE, place, channels);
    NDArray up = rows(layer, MoeTensor.UP, place, channels);
    float[] down = columns(layer, place, channels);
    return down == null
        ? new NDArray[] {gate, up, model.get(layer, MoeTensor.DOWN), indices(layer, place)}
        : new NDArray[] {
          gate, up, upload(down, model.shape().hidden(), channels), masks(layer, place, channels)
        };
  }

  /** Where each dense channel is among those that any expert keeps; channels of none get 0. */
  private int[] places(int layer) {
    BitSet union = new BitSet();
    for (int[][] expert : kept) {
      Arrays.stream(expert[layer]).forEach(union::set);
    }
    int[] place = new int[union.length()];
    int next = 0;
    for (int channel = union.nextSetBit(0); channel >= 0; channel = union.nextSetBit(channel + 1)) {
      place[channel] = next++;
    }
    return place;
  }

  /** [E, C, H] -> [U, H]. */
  private NDArray rows(int layer, MoeTensor tensor, int[] place, int channels) {
    int hidden = model.shape().hidden();
    float[] stacked = model.kernels().download(model.get(layer, tensor));
    float[] shared = new float[channels * hidden];
    int from = 0;
    for (int[][] expert : kept) {
      for (int channel : expert[layer]) {
        System.arraycopy(stacked, from, shared, place[channel] * hidden, hidden);
        from += hidden;
      }
    }
    return upload(shared, channels, hidden);
  }

  /** [E, H, C] -> [H, U] row-major, or null where experts disagree on a channel. */
  private float[] columns(int layer, int[] place, int channels) {
    int hidden = model.shape().hidden();
    float[] stacked = model.kernels().download(model.get(layer, MoeTensor.DOWN));
    float[] shared = new float[hidden * channels];
    BitSet known = new BitSet();
    int from = 0;
    for (int[][] expert : kept) {
      for (int row = 0; row < hidden; row++) {
        for (int channel : expert[layer]) {
          int at = row * channels + place[channel];
          float value = stacked[from++];
          if (known.get(at) && shared[at] != value) {
            return null;
          }
          known.set(at);
          shared[at] = value;
        }
      }
    }
    return shared;
  }

  /** [E, U], 1 where an expert has the channel. */
  private NDArray masks(int layer, int[] place, int channels) {
    float[] masks = new float[kept.length * channels];
    for (int e = 0; e < kept.length; e++) {
      for (int channel : kept[e][layer]) {
        masks[e * channels + place[channel]] = 1;
      }
    }
    return upload(masks, kept.length, channels);
  }

  /** [E, C] int32. */
  private NDArray indices(int layer, int[] place) {
    int width = model.shape().width();
    int[] indices = new int[kept.length * width];
    for (int e = 0; e < kept.length; e++) {
      for (int i = 0; i < width; i++) {
        indices[e * width + i] = place[kept[e][layer][i]];
      }
    }
    return owner.create(indices, new Shape(kept.length, width));
  }

  private NDArray upload(float[] values, long... shape) {
    Precision precision = model.device().precision();
    return model.kernels().upload(owner, values, precision, shape);
  }
}
