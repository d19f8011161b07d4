package dev.shoal.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A tensor's type")
class TensorDtypeTest {

  @Test
  @DisplayName("gives every 16-bit value back after a trip through float")
  void exact() {
    for (int i = 0; i <= 0xffff; i++) {
      short bits = (short) i;
      float half = TensorDtype.fromF16(bits);
      float brain = TensorDtype.fromBf16(bits);
      assertThat(Float.isNaN(half) || TensorDtype.toF16(half) == bits).isTrue();
      assertThat(Float.isNaN(brain) || TensorDtype.toBf16(brain) == bits).isTrue();
    }
  }

  @Test
  @DisplayName("reads the halves everyone knows")
  void known() {
    assertThat(TensorDtype.fromF16((short) 0x3c00)).isEqualTo(1f);
    assertThat(TensorDtype.fromF16((short) 0xc000)).isEqualTo(-2f);
    assertThat(TensorDtype.fromF16((short) 0x7bff)).isEqualTo(65504f);
    assertThat(TensorDtype.fromF16((short) 0x0001)).isEqualTo(0x1p-24f);
    assertThat(TensorDtype.fromF16((short) 0x7c00)).isInfinite();
    assertThat(TensorDtype.fromBf16((short) 0x3f80)).isEqualTo(1f);
  }

  @Test
  @DisplayName("rounds ties to even and beyond the range to infinity")
  void ties() {
    assertThat(TensorDtype.toBf16(1f + 0x1p-8f)).isEqualTo((short) 0x3f80);
    assertThat(TensorDtype.toBf16(1f + 3 * 0x1p-8f)).isEqualTo((short) 0x3f82);
    assertThat(TensorDtype.toF16(1f + 0x1p-11f)).isEqualTo((short) 0x3c00);
    assertThat(TensorDtype.toF16(1f + 3 * 0x1p-11f)).isEqualTo((short) 0x3c02);
    assertThat(TensorDtype.toF16(65519f)).isEqualTo((short) 0x7bff);
    assertThat(TensorDtype.toF16(65520f)).isEqualTo((short) 0x7c00);
    assertThat(TensorDtype.toF16(0x1p-25f)).isEqualTo((short) 0);
    assertThat(TensorDtype.toF16(3 * 0x1p-25f)).isEqualTo((short) 2);
    assertThat(TensorDtype.fromBf16(TensorDtype.toBf16(Float.NaN))).isNaN();
    assertThat(TensorDtype.fromF16(TensorDtype.toF16(Float.intBitsToFloat(0xff800001)))).isNaN();
    assertThat(TensorDtype.fromBf16(TensorDtype.toBf16(Float.MAX_VALUE))).isInfinite();
  }

  @Test
  @DisplayName("rounds to the nearest of the two neighbours")
  void nearest() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      short bits = TensorDtype.toF16(value);
      float found = TensorDtype.fromF16(bits);
      if (Float.isFinite(found)) {
        float up = TensorDtype.fromF16((short) (bits + 1));
        assertThat(Math.abs((double) found - value))
            .isLessThanOrEqualTo(Math.abs((double) up - value));
        float down = TensorDtype.fromF16((short) ((bits & 0x7fff) == 0 ? bits : bits - 1));
        assertThat(Math.abs((double) found - value))
            .isLessThanOrEqualTo(Math.abs((double) down - value));
      }
    }
  }

  @Test
  @DisplayName("rounds a double once: a hair above a tie goes up, though its float is the tie")
  void roundsDoublesOnce() {
    double aboveTie = 1 + 0x1p-8 + 0x1p-40;
    assertThat(TensorDtype.toBf16((float) aboveTie)).isEqualTo((short) 0x3f80);
    assertThat(TensorDtype.toBf16(TensorDtype.roundToOdd(aboveTie))).isEqualTo((short) 0x3f81);
    assertThat(TensorDtype.roundToOdd(0.5)).isEqualTo(0.5f);
  }
}
