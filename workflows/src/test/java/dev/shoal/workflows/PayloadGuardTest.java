package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.payload.codec.PayloadCodecException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The payload guard")
class PayloadGuardTest {

  /** Metadata, field tags and lengths of a text payload, and the quotes of the JSON text. */
  private static final int OVERHEAD = 30;

  private final DataConverter converter = PayloadGuard.dataConverter();

  @Test
  @DisplayName("lets 256 KiB through unchanged")
  void passes() {
    String text = "x".repeat(PayloadGuard.LIMIT_BYTES - OVERHEAD);
    var payload = converter.toPayload(text).orElseThrow();

    assertThat(payload.getSerializedSize()).isEqualTo(PayloadGuard.LIMIT_BYTES);
    assertThat(converter.fromPayload(payload, String.class, String.class)).isEqualTo(text);
  }

  @Test
  @DisplayName("refuses one byte more and says what to do instead")
  void refuses() {
    String text = "x".repeat(PayloadGuard.LIMIT_BYTES - OVERHEAD + 1);

    assertThatThrownBy(() -> converter.toPayload(text))
        .isInstanceOf(PayloadCodecException.class)
        .hasMessage(
            "a payload of 262145 bytes is over the limit of 262144; pass an artifact reference"
                + " instead");
  }

  @Test
  @DisplayName("reads what others wrote, however large")
  void reads() {
    DataConverter unguarded = DefaultDataConverter.newDefaultInstance();
    String text = "x".repeat(PayloadGuard.LIMIT_BYTES);

    assertThat(
            converter.fromPayload(
                unguarded.toPayload(text).orElseThrow(), String.class, String.class))
        .isEqualTo(text);
  }
}
