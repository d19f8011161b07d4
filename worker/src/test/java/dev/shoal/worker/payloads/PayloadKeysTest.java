package dev.shoal.worker.payloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Payload keys")
class PayloadKeysTest {

  private static final String FORM =
      "; write ID:KEY, where ID has letters, digits, '.', '_' or '-' (at most 32) and KEY is the"
          + " output of `openssl rand -base64 32`.";

  /** A key of bytes that are all the same. */
  static String key(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Test
  @DisplayName("are listed newest first, one a line or between commas, and shown by their ids")
  void parse() {
    PayloadKeys keys = PayloadKeys.parse("2026b:" + key(2) + ",\n2026a:" + key(1) + "\n");
    assertThat(keys.ids()).containsExactly("2026b", "2026a");
    assertThat(keys).hasToString("PayloadKeys[2026b, 2026a]");
    assertThat(keys.find("2026a").orElseThrow().getEncoded()).containsOnly(1).hasSize(32);
    assertThat(PayloadKeys.parse(" ").isEmpty()).isTrue();
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=, entry 1 has no id",
    "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=:a, entry 1 has no id",
    "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE:a, entry 1 has no id",
    "a:AQEBAQEBAQEB!, key a is not Base64",
    "'a:AQEBAQEBAQEBAQEBAQEBAQ==', 'key a has 16 bytes, expected 32'",
  })
  @DisplayName("that are damaged are refused by entry or id, and not repeated")
  void refused(String text, String problem) {
    assertThatThrownBy(() -> PayloadKeys.parse(text))
        .hasMessage("SHOAL_PAYLOAD_KEYS: " + problem + FORM)
        .hasMessageNotContaining("AQEB");
  }

  @Test
  @DisplayName("have ids of their own")
  void twice() {
    assertThatThrownBy(() -> PayloadKeys.parse("a:" + key(1) + ",a:" + key(2)))
        .hasMessage("SHOAL_PAYLOAD_KEYS: there are two keys a; give each an id of its own.");
  }
}
