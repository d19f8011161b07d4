package dev.shoal.models.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Every array of a decoder; borrowed from the model that owns them.
 *
 * @param embedding [V, H]
 * @param layers the weights of all layers, one layer after the other, each the same number of
 *     arrays
 * @param finalNorm [H]
 * @param head [V, H]; the same array as the embedding where the two are tied
 */
public record DecoderWeights(NDArray embedding, NDList layers, NDArray finalNorm, NDArray head) {

  /** The arrays of layers [begin, end). */
  public NDList layers(int begin, int end, int stride) {
    return new NDList(layers.subList(begin * stride, end * stride));
  }
}
