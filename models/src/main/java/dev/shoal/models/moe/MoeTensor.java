package dev.shoal.models.moe;

import dev.shoal.models.llama.DenseTensor;
import java.util.List;

/**
 * What a sparse layer has after the tensors it shares with a dense one, in the order in which
 * kernels take them.
 *
 * <p>Axes: H hidden, C channels of one expert, E experts, R LoRA rank. The LoRA factors of a weight
 * W act as \( W + \frac{\alpha}{R} B A \).
 */
public enum MoeTensor {
  /** [E, H]. */
  ROUTER(0, "block_sparse_moe.gate.weight"),
  /** [E, C, H]. */
  GATE(1, "experts.gate"),
  /** [E, C, H]. */
  UP(2, "experts.up"),
  /** [E, H, C]. */
  DOWN(3, "experts.down"),
  /** [E, H], or empty. */
  BIAS(4, "experts.bias"),
  /** [E, R, H], or empty. */
  GATE_A(5, "experts.gate.lora_a"),
  /** [E, C, R], or empty. */
  GATE_B(6, "experts.gate.lora_b"),
  /** [E, R, H], or empty. */
  UP_A(7, "experts.up.lora_a"),
  /** [E, C, R], or empty. */
  UP_B(8, "experts.up.lora_b"),
  /** [E, R, C], or empty. */
  DOWN_A(9, "experts.down.lora_a"),
  /** [E, H, R], or empty. */
  DOWN_B(10, "experts.down.lora_b");

  /** Arrays that a sparse layer takes in a kernel. */
  public static final int STRIDE = DenseTensor.SHARED + values().length;

  private final int offset;
  private final String name;

  MoeTensor(int offset, String name) {
    this.offset = offset;
    this.name = name;
  }

  private static final List<MoeTensor> ALL = List.of(values());

  /** The tensor at a place among the arrays of a layer, behind the shared ones. */
  public static MoeTensor at(int place) {
    return ALL.get(place - DenseTensor.SHARED);
  }

  /** Place among the arrays of a layer. */
  public int at() {
    return DenseTensor.SHARED + offset;
  }

  /** Name in a file of trained weights. */
  public String tensorName(int layer) {
    return "model.layers." + layer + "." + name;
  }

  /** Whether this is one of the LoRA factors. */
  public boolean isLora() {
    return offset >= GATE_A.offset;
  }

  /** Whether adapters act on this one. */
  public boolean isAdapted() {
    return this == GATE || this == UP || this == DOWN;
  }

  /** The factor that is applied to the input. */
  MoeTensor loraA() {
    return valueOf(this + "_A");
  }

  /** The factor that is applied behind the other. */
  MoeTensor loraB() {
    return valueOf(this + "_B");
  }

  /** Shape in a model of this size. */
  public long[] shape(MoeShape shape, int rank) {
    long experts = shape.experts();
    return switch (this) {
      case ROUTER, BIAS -> new long[] {experts, shape.hidden()};
      case GATE, UP -> new long[] {experts, shape.width(), shape.hidden()};
      case DOWN -> new long[] {experts, shape.hidden(), shape.width()};
      case GATE_A, UP_A -> new long[] {experts, rank, shape.hidden()};
      case GATE_B, UP_B -> new long[] {experts, shape.width(), rank};
      case DOWN_A -> new long[] {experts, rank, shape.width()};
      case DOWN_B -> new long[] {experts, shape.hidden(), rank};
    };
  }
}
