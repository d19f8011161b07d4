package dev.shoal.models.plan;

/**
 * Shapes for arithmetic by hand. Pico: V 10, H 4, F 6, L 2, A 2, G 1, h 2; E 3, K 1, C 3.
 *
 * <p>Weights of both layers: attention 2 * (16 + 8 + 8 + 16) = 96; dense FFN 2 * 72 = 144; one
 * expert 2 * 36 = 72; router 2 * 12 = 24; norms 5 * 4 = 20; embeddings and head 40 each.
 */
final class PicoShapes {

  static final ModelShape DENSE = new ModelShape(10, 4, 6, 2, 2, 1, 2, false);
  static final MoeShape MOE = new MoeShape(DENSE, 3, 1, 3);

  static final ModelShape TINY_LLAMA = new ModelShape(32000, 2048, 5632, 22, 32, 4, 64, false);
  static final MoeShape TINY_LLAMA_8X1 = new MoeShape(TINY_LLAMA, 8, 1, 2816);

  private PicoShapes() {}
}
