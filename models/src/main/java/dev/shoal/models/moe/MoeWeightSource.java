package dev.shoal.models.moe;

import dev.shoal.models.llama.WeightSource;

/** Where the weights of a sparse model come from: shared ones by name, experts stacked. */
public interface MoeWeightSource extends WeightSource {

  /**
   * Router, gate, up, down or bias of one layer over all experts, row-major; empty for no bias.
   *
   * @param tensor never a LoRA factor
   */
  float[] experts(int layer, MoeTensor tensor);
}
