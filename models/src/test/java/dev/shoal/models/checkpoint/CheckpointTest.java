package dev.shoal.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.models.Lab;
import dev.shoal.models.config.Family;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.config.RopeSettings;
import dev.shoal.models.config.SpecialTokens;
import dev.shoal.models.llama.LlamaCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A checkpoint")
class CheckpointTest {

  private static final LlamaConfig TINY =
      new LlamaConfig(
          Family.LLAMA,
          5,
          4,
          6,
          1,
          2,
          1,
          2,
          8,
          null,
          1e-5,
          new RopeSettings(1e4),
          true,
          SpecialTokens.NONE);

  @TempDir Path folder;

  private static List<TensorSpec> mixed() {
    return List.of(
        new TensorSpec("f32", TensorDtype.F32, List.of(2L, 2L)),
        new TensorSpec("bf16", TensorDtype.BF16, List.of(3L)),
        new TensorSpec("f16", TensorDtype.F16, List.of(1L)),
        new TensorSpec("f64", TensorDtype.F64, List.of(2L)),
        new TensorSpec("i32", TensorDtype.I32, List.of(2L)),
        new TensorSpec("i64", TensorDtype.I64, List.of(2L)),
        new TensorSpec("scalar", TensorDtype.F32, List.of()),
        new TensorSpec("empty", TensorDtype.F32, List.of(0L, 4L)));
  }

  private void writeMixed(Path to, List<TensorSpec> specs, long maxShardBytes) {
    try (CheckpointWriter writer = new CheckpointWriter(to, specs, maxShardBytes)) {
      writer.write("i64", new long[] {Long.MIN_VALUE, 7});
      writer.write("f32", new float[] {1, 2, 3});
      writer.write("f32", new float[] {4});
      writer.write("bf16", new double[] {0.5, 1 + 0x1p-8 + 0x1p-40, -3});
      writer.write("f16", new float[] {0.25f});
      writer.write("f64", new double[] {Math.PI, 1e300});
      writer.write("i32", new int[] {-1, 2});
      writer.write("scalar", new float[] {9});
    }
  }

  private static void assertMixed(Path from) {
    try (CheckpointReader reader = CheckpointReader.open(from)) {
      assertThat(reader.floats("f32")).containsExactly(1, 2, 3, 4);
      assertThat(reader.floats("bf16")).containsExactly(0.5f, 1 + 0x1p-7f, -3);
      assertThat(reader.doubles("f16")).containsExactly(0.25);
      assertThat(reader.doubles("f64")).containsExactly(Math.PI, 1e300);
      assertThat(reader.ints("i32")).containsExactly(-1, 2);
      assertThat(reader.longs("i64")).containsExactly(Long.MIN_VALUE, 7);
      assertThat(reader.floats("scalar")).containsExactly(9);
      assertThat(reader.floats("empty")).isEmpty();
      float[] slice = new float[2];
      reader.floats("f32", 1, slice);
      assertThat(slice).containsExactly(2, 3);
      assertThat(reader.bytes("i32").getInt(4)).isEqualTo(2);
      assertThat(reader.spec("f32")).isEqualTo(mixed().get(0));
    }
  }

  @Test
  @DisplayName("in one file is read as it was written")
  void singleFile() throws IOException {
    writeMixed(folder, mixed(), Long.MAX_VALUE);
    assertMixed(folder);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactly("model.safetensors");
    }
  }

  @Test
  @DisplayName("in shards is read as it was written, and the index names each tensor's file")
  void shards() throws IOException {
    writeMixed(folder, mixed(), 20);
    assertMixed(folder);
    assertThat(Files.readString(folder.resolve("model.safetensors.index.json")))
        .contains("\"total_size\" : 68")
        .contains("\"bf16\" : \"model-00001-of-00005.safetensors\"")
        .contains("\"scalar\" : \"model-00005-of-00005.safetensors\"");
  }

  @Test
  @DisplayName("is the same bytes whatever the order of its tensors")
  void stableBytes() throws IOException {
    List<TensorSpec> reversed = new ArrayList<>(mixed());
    Collections.reverse(reversed);
    writeMixed(folder.resolve("a"), mixed(), 20);
    writeMixed(folder.resolve("b"), reversed, 20);
    assertThat(FolderManifest.of(folder.resolve("a")))
        .isEqualTo(FolderManifest.of(folder.resolve("b")));
    byte[] first = Files.readAllBytes(folder.resolve("a/model-00001-of-00005.safetensors"));
    assertThat(new String(first, 8, first.length - 8, java.nio.charset.StandardCharsets.US_ASCII))
        .startsWith(
            "{\"__metadata__\":{\"format\":\"pt\"},\"empty\":{\"dtype\":\"F32\",\"shape\":[0,4],"
                + "\"data_offsets\":[0,0]}");
  }

  @Test
  @DisplayName("that was not finished does not appear")
  void unfinished() throws IOException {
    Path file = folder.resolve("a.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter(file, mixed(), Map.of());
    writer.write("f64", new double[] {1});
    assertThatThrownBy(writer::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("tensor 'f64' has 8 of 16 bytes");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  @DisplayName("takes no more, no other and no wider values than were announced")
  void misuse() {
    SafetensorsWriter writer =
        new SafetensorsWriter(folder.resolve("a.safetensors"), mixed(), Map.of());
    assertThatThrownBy(() -> writer.write("f16", new float[2]))
        .hasMessage("tensor 'f16' takes 2 bytes, got 4");
    assertThatThrownBy(() -> writer.write("g", new float[1]))
        .hasMessage("tensor 'g' was not announced");
    assertThatThrownBy(() -> writer.write("i32", new float[1]))
        .hasMessage("tensor 'i32' is I32 and cannot take these values");
    assertThatThrownBy(() -> writer.write("i32", new long[] {1L << 40}))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(writer::close).isInstanceOf(IllegalStateException.class);
  }

  @Test
  @DisplayName("is refused as numbers of the wrong kind")
  void wrongKind() {
    writeMixed(folder, mixed(), Long.MAX_VALUE);
    try (CheckpointReader reader = CheckpointReader.open(folder)) {
      assertThatThrownBy(() -> reader.floats("i32"))
          .hasMessage(
              "model.safetensors: tensor 'i32' is of dtype I32, expected numbers of the kind asked"
                  + " for; read it as another kind");
      assertThatThrownBy(() -> reader.floats("f32", 3, new float[2]))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> reader.floats("g"))
          .hasMessageContaining("tensor 'g' is missing, expected in the checkpoint");
    }
  }

  private void index(String tensor, String shard) throws IOException {
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"%s\":\"%s\"}}".formatted(tensor, shard));
  }

  @Test
  @DisplayName("is refused where the index names what is missing or elsewhere")
  void badIndex() throws IOException {
    writeMixed(folder.resolve("inner"), mixed(), 20);
    Path inner = folder.resolve("inner/model-00005-of-00005.safetensors");
    Files.copy(inner, folder.resolve("s.safetensors"));
    index("scalar", "gone.safetensors");
    assertThatThrownBy(() -> CheckpointReader.open(folder))
        .hasMessage(
            "model.safetensors.index.json: tensor 'scalar' is in \"gone.safetensors\", which is"
                + " missing, expected a file beside the index; the checkpoint is incomplete or"
                + " damaged; copy it again");
    index("scalar", "../outside.safetensors");
    assertThatThrownBy(() -> CheckpointReader.open(folder))
        .hasMessageContaining("which leads out of the folder");
    index("scalar", "/etc/passwd");
    assertThatThrownBy(() -> CheckpointReader.open(folder))
        .hasMessageContaining("which leads out of the folder");
    index("scalar", "inner/model-00005-of-00005.safetensors");
    assertThatThrownBy(() -> CheckpointReader.open(folder))
        .hasMessageContaining("which leads out of the folder");
    index("other", "s.safetensors");
    assertThatThrownBy(() -> CheckpointReader.open(folder))
        .hasMessageStartingWith("s.safetensors: tensor 'other' is missing");
    index("scalar", "s.safetensors");
    CheckpointReader.open(folder).close();
  }

  @Test
  @DisplayName("is not a folder without safetensors")
  void noCheckpoint() {
    assertThatThrownBy(() -> CheckpointReader.open(folder))
        .hasMessage(
            folder.getFileName()
                + ": the folder holds no safetensors checkpoint, expected model.safetensors or"
                + " model.safetensors.index.json; convert other formats with"
                + " save_pretrained(safe_serialization=True)");
  }

  private void writeLlama(Map<String, List<Long>> shapes) {
    List<TensorSpec> specs = new ArrayList<>();
    shapes.forEach((name, shape) -> specs.add(new TensorSpec(name, TensorDtype.F32, shape)));
    try (CheckpointWriter writer = new CheckpointWriter(folder, specs, Long.MAX_VALUE)) {
      specs.forEach(spec -> writer.write(spec.name(), new float[(int) spec.elements()]));
    }
  }

  @Test
  @DisplayName("of a Llama has every tensor in its shape, or all that is wrong is named")
  void llama() {
    Map<String, List<Long>> shapes = LlamaCheckpoint.shapes(TINY);
    assertThat(shapes).hasSize(11).doesNotContainKey("lm_head.weight");
    writeLlama(shapes);
    try (CheckpointReader reader = CheckpointReader.open(folder)) {
      LlamaCheckpoint.require(reader, TINY);
    }
    shapes.put("model.layers.0.mlp.up_proj.weight", List.of(3L, 4L));
    shapes.remove("model.norm.weight");
    shapes.put("model.layers.0.self_attn.q_proj.bias", List.of(4L));
    writeLlama(shapes);
    try (CheckpointReader reader = CheckpointReader.open(folder)) {
      assertThatThrownBy(() -> LlamaCheckpoint.require(reader, TINY))
          .hasMessage(
              folder.getFileName()
                  + ": 'model.layers.0.mlp.up_proj.weight' is [3, 4], should be [6, 4];"
                  + " 'model.norm.weight' is missing, should be [4];"
                  + " 'model.layers.0.self_attn.q_proj.bias' is there, which a llama model has not,"
                  + " expected the tensors that config.json describes; use the config.json that belongs to these weights");
    }
  }

  @Test
  @DisplayName("of a real model, single or sharded, is complete and survives a rewrite")
  void lab() {
    for (String name : List.of("models/lab-3m", "models/lab-27m")) {
      Path model = Lab.path(name);
      try (CheckpointReader reader = CheckpointReader.open(model)) {
        LlamaCheckpoint.require(reader, LlamaConfig.read(model));
        List<TensorSpec> specs = reader.names().stream().map(reader::spec).toList();
        Path copy = folder.resolve(name);
        try (CheckpointWriter writer = new CheckpointWriter(copy, specs, 20_000_000)) {
          specs.forEach(spec -> writer.write(spec.name(), reader.floats(spec.name())));
        }
        try (CheckpointReader again = CheckpointReader.open(copy)) {
          specs.forEach(
              spec -> assertThat(again.bytes(spec.name())).isEqualTo(reader.bytes(spec.name())));
        }
      }
    }
  }
}
