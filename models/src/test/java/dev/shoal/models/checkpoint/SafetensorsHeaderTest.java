package dev.shoal.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A safetensors header")
class SafetensorsHeaderTest {

  private static final String DAMAGED = "; the file is damaged or was cut short; copy it again";

  @TempDir Path folder;

  private Path file(long length, byte[] json, int data) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + data).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put(json);
    return Files.write(folder.resolve("a.safetensors"), bytes.array());
  }

  private Path file(String json, int data) throws IOException {
    byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
    return file(utf8.length, utf8, data);
  }

  @Test
  @DisplayName("may be padded, unsorted, with metadata, empty tensors and scalars")
  void valid() throws IOException {
    String json =
        """
        {"b":{"dtype":"F32","shape":[2],"data_offsets":[2,10]},"__metadata__":{"format":"pt"},\
        "a":{"dtype":"BF16","shape":[],"data_offsets":[0,2]},\
        "none":{"dtype":"I64","shape":[0,7],"data_offsets":[2,2]}}  \s""";
    SafetensorsHeader header = SafetensorsHeader.read(file(json, 10));
    assertThat(header.tensors()).containsOnlyKeys("a", "none", "b");
    assertThat(header.tensors().get("b").begin()).isEqualTo(8 + json.length() + 2);
    assertThat(header.metadata()).containsEntry("format", "pt");
  }

  @ParameterizedTest(name = "{2}")
  @DisplayName("is refused where it breaks a rule:")
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      textBlock =
          """
          [1]#0#the header does not begin with '{', expected a JSON object
          ` {}`#0#the header does not begin with '{', expected a JSON object
          {} x#0#the header is not valid JSON (Unrecognized token 'x': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')), expected one JSON object with each name once
          {"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}#0#the header is not valid JSON (Duplicate field 'a'), expected one JSON object with each name once
          {"a":7}#0#tensor 'a' is 7, expected an object with dtype, shape and data_offsets
          {"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}#1#tensor 'a' is with shape [-1], expected a list of whole numbers from 0 on
          {"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}#1#tensor 'a' is with shape [1.0], expected a list of whole numbers from 0 on
          {"a":{"dtype":"U8","data_offsets":[0,1]}}#1#tensor 'a' is without shape, expected a list of whole numbers from 0 on
          {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}#1#tensor 'a' is with data_offsets [0, 1, 2], expected two numbers
          {"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}#1#tensor 'a' is at data_offsets [1, 0], expected the begin not after the end
          {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}#1#tensor 'a' is at data_offsets [0, 2], expected an end within the 1 bytes of data
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}#4#tensor 'a' is 4 bytes long, expected 8 for F32 [2]
          {"a":{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,4]}}#4#tensor 'a' is of shape [4611686018427387904, 8], expected a size that fits into 63 bits
          {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}#3#tensor 'b' is overlapping at byte 1 of the data, expected byte 2, where the tensor before it ends
          {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}#3#tensor 'b' is after a hole, at byte 2 of the data, expected byte 1, where the tensor before it ends
          {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}#3#the tensors cover 1 bytes of data, expected all 3
          {"__metadata__":[]}#0#__metadata__ is [], expected an object of strings
          {"__metadata__":{"k":1}}#0#__metadata__ 'k' is 1, expected a string
          """)
  void broken(String json, int data, String message) throws IOException {
    Path file = file(json, data);
    assertThatThrownBy(() -> SafetensorsHeader.read(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessage("a.safetensors: " + message + DAMAGED);
  }

  @Test
  @DisplayName("is refused where its length does not fit")
  void lengths() throws IOException {
    Path tiny = Files.write(folder.resolve("a.safetensors"), new byte[7]);
    assertThatThrownBy(() -> SafetensorsHeader.read(tiny))
        .hasMessage(
            "a.safetensors: the file has 7 bytes, expected at least 8 for the header's length"
                + DAMAGED);
    Path cut = file(3, new byte[] {'{', '}'}, 0);
    assertThatThrownBy(() -> SafetensorsHeader.read(cut))
        .hasMessage(
            "a.safetensors: the header's length is 3 bytes, expected at most the 2 bytes that follow it"
                + DAMAGED);
    Path huge = file(100_000_001, new byte[] {'{', '}'}, 0);
    assertThatThrownBy(() -> SafetensorsHeader.read(huge))
        .hasMessage(
            "a.safetensors: the header's length is 100000001 bytes, expected at most 100000000"
                + DAMAGED);
    Path negative = file(-1, new byte[] {'{', '}'}, 0);
    assertThatThrownBy(() -> SafetensorsHeader.read(negative))
        .hasMessageContaining("length is 18446744073709551615 bytes");
  }

  @Test
  @DisplayName("is refused where it is not UTF-8")
  void encoding() throws IOException {
    Path file = file(4, new byte[] {'{', '"', (byte) 0xff, '}'}, 0);
    assertThatThrownBy(() -> SafetensorsHeader.read(file))
        .hasMessageContaining("the header is not UTF-8");
  }

  @Test
  @DisplayName("is refused with a type nobody knows, with those that are known")
  void dtype() throws IOException {
    Path file = file("{\"a\":{\"dtype\":\"F31\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0);
    assertThatThrownBy(() -> SafetensorsHeader.read(file))
        .hasMessage(
            "a.safetensors: tensor 'a' is of dtype \"F31\", expected one of [BOOL, U8, I8, F8_E5M2,"
                + " F8_E4M3, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64]; convert the"
                + " checkpoint to bfloat16, float16 or float32");
  }
}
