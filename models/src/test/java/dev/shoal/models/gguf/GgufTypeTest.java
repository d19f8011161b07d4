package dev.shoal.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A stored type")
class GgufTypeTest {

  @Test
  @DisplayName("Q8_0 is a half, the largest value over 127, and bytes rounded away from zero")
  void block() {
    float[] values = new float[32];
    System.arraycopy(new float[] {127, 0.5f, -0.5f, 2.4f, -127, 1.49f}, 0, values, 0, 6);
    byte[] bytes = encode(GgufType.Q8_0, values);
    assertThat(bytes).hasSize(34).startsWith(0x00, 0x3c, 127, 1, -1, 2, -127, 1, 0);
  }

  @Test
  @DisplayName("Q8_0 stands for its bytes times the scale as a half: 127 (1 + 8/1024) / 128 for 1")
  void scale() {
    float[] values = new float[64];
    values[0] = 1;
    values[63] = -2;
    float[] rounded = GgufType.Q8_0.round(values);
    assertThat(rounded[0]).isEqualTo(127f * 129 * 0x1p-14f); // not 1: the half is a bit small
    assertThat(rounded[63]).isEqualTo(-127f * 129 * 0x1p-13f);
    assertThat(rounded[1]).isZero();
    assertThat(GgufType.Q8_0.round(new float[32])).containsOnly(0);
  }

  @Test
  @DisplayName("F16 and BF16 round to the nearest, ties to even")
  void rounding() {
    assertThat(GgufType.F16.round(new float[] {1 + 0x1p-11f, 1 + 3 * 0x1p-11f, 0.1f}))
        .containsExactly(1, 1 + 0x1p-9f, 1638 * 0x1p-14f);
    assertThat(GgufType.BF16.round(new float[] {1 + 0x1p-8f, 1 + 3 * 0x1p-8f, 0.1f}))
        .containsExactly(1, 1 + 0x1p-6f, 205 * 0x1p-11f);
    assertThat(GgufType.F32.round(new float[] {0.1f})).containsExactly(0.1f);
  }

  @Test
  @DisplayName("takes 34 bytes for 32 values as Q8_0, and F16 where a row is no whole block")
  void sizes() {
    assertThat(GgufType.Q8_0.bytes(96)).isEqualTo(102);
    assertThat(GgufType.BF16.bytes(96)).isEqualTo(192);
    assertThat(GgufType.Q8_0.forRows(64)).isEqualTo(GgufType.Q8_0);
    assertThat(GgufType.Q8_0.forRows(20)).isEqualTo(GgufType.F16);
    assertThat(GgufType.BF16.forRows(20)).isEqualTo(GgufType.BF16);
  }

  @Test
  @DisplayName("is never infinite where the value was not")
  void range() {
    assertThatThrownBy(() -> GgufType.F16.round(new float[] {65520}))
        .hasMessage("65520.0 is beyond the range of a half, 65504; use BF16");
    assertThat(GgufType.BF16.round(new float[] {65536})).containsExactly(65536);
  }

  private static byte[] encode(GgufType type, float[] values) {
    ByteBuffer into = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
    type.encode(values, 0, values.length, into);
    return Arrays.copyOf(into.array(), into.position());
  }
}
