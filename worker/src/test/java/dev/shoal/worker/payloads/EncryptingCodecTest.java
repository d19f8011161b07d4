package dev.shoal.worker.payloads;

import static dev.shoal.worker.payloads.PayloadKeysTest.key;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.shoal.workflows.PayloadGuard;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.failure.v1.Failure;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ApplicationFailure;
import io.temporal.payload.codec.PayloadCodecException;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The encrypting codec")
class EncryptingCodecTest {

  private static final String TEXT = "the corpus of a client";

  private static DataConverter converter(String keys) {
    return EncryptingCodec.converter(PayloadKeys.parse(keys));
  }

  private static final DataConverter OLD = converter("2026a:" + key(1));
  private static final DataConverter BOTH = converter("2026b:" + key(2) + ",2026a:" + key(1));
  private static final DataConverter NONE = converter("");

  private static String read(DataConverter converter, Payload payload) {
    return converter.fromPayload(payload, String.class, String.class);
  }

  private static Payload write(DataConverter converter) {
    return converter.toPayload(TEXT).orElseThrow();
  }

  private static Payload withData(Payload payload, ByteString data) {
    return payload.toBuilder().setData(data).build();
  }

  @Test
  @DisplayName("hides text and encoding: nonce, as many bytes, tag, and the name of the key")
  void encrypts() {
    Payload payload = write(BOTH);
    assertThat(payload.getMetadataMap())
        .containsOnlyKeys("encoding", "encryption-cipher", "encryption-key-id")
        .containsEntry("encoding", ByteString.copyFromUtf8("binary/encrypted"))
        .containsEntry("encryption-key-id", ByteString.copyFromUtf8("2026b"));
    int plain = PayloadGuard.dataConverter().toPayload(TEXT).orElseThrow().getSerializedSize();
    assertThat(payload.getData().size()).isEqualTo(12 + plain + 16);
    assertThat(new String(payload.toByteArray(), ISO_8859_1))
        .doesNotContain("corpus", "json/plain");
    assertThat(read(BOTH, payload)).isEqualTo(TEXT);
    assertThat(write(BOTH).getData()).as("a nonce each").isNotEqualTo(payload.getData());
  }

  @Test
  @DisplayName("reads what older keys wrote, and what nobody encrypted")
  void rotates() {
    assertThat(read(BOTH, write(OLD))).isEqualTo(TEXT);
    assertThat(read(BOTH, write(NONE))).isEqualTo(TEXT);
    assertThat(write(NONE)).isEqualTo(PayloadGuard.dataConverter().toPayload(TEXT).orElseThrow());
  }

  @Test
  @DisplayName("gives a workflow that takes raw values what was sent, not what was stored")
  void rawValue() {
    RawValue raw = OLD.fromPayloads(0, OLD.toPayloads(TEXT), RawValue.class, RawValue.class);
    assertThat(raw.getPayload()).isEqualTo(write(NONE));
    assertThat(read(OLD, OLD.toPayload(raw).orElseThrow())).isEqualTo(TEXT);
  }

  @Test
  @DisplayName("hides messages of failures and keeps their types")
  void failures() {
    Failure failure =
        OLD.exceptionToFailure(ApplicationFailure.newFailure("no " + TEXT, "InvalidInput"));
    assertThat(failure.toString()).doesNotContain("corpus");
    assertThat(failure.getApplicationFailureInfo().getType()).isEqualTo("InvalidInput");
    assertThat(((ApplicationFailure) OLD.failureToException(failure)).getOriginalMessage())
        .isEqualTo("no " + TEXT);
    assertThat(
            NONE.exceptionToFailure(ApplicationFailure.newFailure(TEXT, "InvalidInput"))
                .getMessage())
        .isEqualTo(TEXT);
  }

  @Test
  @DisplayName("names the keys where one is missing")
  void unknownKey() {
    assertThatThrownBy(() -> read(OLD, write(BOTH)))
        .isInstanceOf(PayloadCodecException.class)
        .hasMessage(
            "a payload is encrypted with key 2026b, but SHOAL_PAYLOAD_KEYS here has only 2026a;"
                + " add the key, it is needed as long as runs written with it are kept");
    assertThatThrownBy(() -> read(NONE, write(OLD)))
        .hasMessageStartingWith(
            "a payload is encrypted with key 2026a, but SHOAL_PAYLOAD_KEYS here is not set; add");
    Payload odd =
        write(OLD).toBuilder()
            .putMetadata("encryption-key-id", ByteString.copyFromUtf8("\u001b[31m"))
            .build();
    assertThatThrownBy(() -> read(OLD, odd))
        .hasMessageStartingWith("a payload is encrypted with a key without a proper id, but");
  }

  @Test
  @DisplayName("says when a payload is damaged or cut off, and when an id stands for two keys")
  void damaged() {
    Payload payload = write(OLD);
    ByteString data = payload.getData();
    String message =
        "a payload encrypted with key 2026a cannot be decrypted: it is damaged or cut off, or"
            + " another key has this id here; compare SHOAL_PAYLOAD_KEYS of clients and workers";
    byte[] flipped = data.toByteArray();
    flipped[20] ^= 1;
    assertThatThrownBy(() -> read(OLD, withData(payload, ByteString.copyFrom(flipped))))
        .hasMessage(message);
    assertThatThrownBy(() -> read(OLD, withData(payload, data.substring(0, data.size() - 1))))
        .hasMessage(message);
    assertThatThrownBy(() -> read(converter("2026a:" + key(9)), payload)).hasMessage(message);
    assertThatThrownBy(() -> read(OLD, withData(payload, data.substring(0, 27))))
        .hasMessage(
            "a payload encrypted with key 2026a is cut off: it has 27 bytes, expected at least 28");
  }

  @Test
  @DisplayName("leaves the guard's limit to what is sent, not to what is stored")
  void guarded() {
    assertThatThrownBy(() -> OLD.toPayload("x".repeat(300_000)))
        .hasMessageStartingWith("a payload of 3000")
        .hasMessageContaining("artifact reference");
    assertThat(OLD.toPayloads(TEXT, null)).isInstanceOf(Optional.class).isPresent();
  }
}
