package dev.shoal.models.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.Precision;
import dev.shoal.models.training.TrainingSettings.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The bench")
class BenchTableTest {

  private static final List<Device> CPU = List.of(Device.cpu());

  @TempDir private Path folder;

  @Test
  @DisplayName("measures works in their order and writes one line of JSON for each")
  void measures() throws IOException {
    Path results = folder.resolve("results.jsonl");
    Map<String, String> options =
        Map.of(
            "tokens", "128",
            "steps", "1",
            "works", "calibrate,router,folded,experts:64:64:1,full,tokens:512",
            "results", results.toString());
    List<String> said = new ArrayList<>();
    List<ObjectNode> found = BenchTable.run(BenchRequest.of(CPU, options), said::add);
    assertThat(said).hasSize(7);
    assertThat(said.get(0)).startsWith(Engine.version()).contains("float32; shape tiny; peak ");
    List<String> lines = Files.readAllLines(results);
    assertThat(lines).containsExactlyElementsOf(found.stream().map(ObjectNode::toString).toList());
    assertThat(found.stream().map(line -> line.get("work").asText()))
        .containsExactly("calibrate", "router", "folded", "experts:64:64:1", "full", "tokens:512");
    assertThat(found.stream().map(line -> line.get("tokens").asInt()))
        .containsExactly(128, 128, 128, 64, 128, 512);
    JsonNode line = new ObjectMapper().readTree(lines.get(0));
    // 2 x 3 layers x (64 x 192 of attention + 3 x 64 x 256) and 2 x 3 x 64 x 65 between tokens
    assertThat(line.get("flops_per_token").asLong())
        .isEqualTo(6 * (64 * 192 + 3 * 64 * 256) + 24_960);
    assertThat(line.get("shape").asText()).isEqualTo("tiny");
    assertThat(line.get("device").asText()).startsWith("cpu with ");
    assertThat(line.get("engine").asText()).isEqualTo(Engine.version());
  }

  @Test
  @DisplayName("measures the router stage of folded experts in bfloat16")
  void bfloat16() {
    List<Device> half = List.of(new Device("cpu", Precision.BFLOAT16));
    StageBench bench = new StageBench(BenchShape.named("tiny").config(), half);
    Memory memory = new Memory(64, 3);
    assertThat(bench.trainFolded("folded", new StageBench.Settings(8, 64, 64, memory, 1)).tokens())
        .isEqualTo(64);
  }

  @Test
  @DisplayName("goes on behind a work that fails")
  void goesOn() {
    BenchShape shape = BenchShape.named("tiny");
    Memory memory = new Memory(64, 3);
    StageBench.Settings tooLong = new StageBench.Settings(8, 4096, 4096, memory, 1);
    StageBench.Settings right = new StageBench.Settings(8, 64, 64, memory, 1);
    List<BenchWork> works =
        List.of(BenchWork.parse("calibrate", tooLong), BenchWork.parse("deterministic", right));
    List<String> said = new ArrayList<>();
    List<ObjectNode> found =
        BenchTable.run(new BenchRequest(CPU, shape, works, Optional.empty()), said::add);
    String error =
        "a window has 4096 tokens; it must have at least 2 and, for this model, at most 2048";
    assertThat(said.get(1)).isEqualTo("%-22s failed: %s", "calibrate", error);
    assertThat(found.get(0).get("error").asText()).isEqualTo(error);
    assertThat(found.get(1).has("error")).isFalse();
  }

  @Test
  @DisplayName("says how long the products alone would take, and what is the limit")
  void roofline() {
    Measured onGpu = new Measured("experts", 1000, 2, 1e9, 1.5, 3L << 30, 2, "8 rounds");
    BenchLine line = new BenchLine(onGpu, 1e12);
    // 10^12 FLOPs over two devices of 10^12 each a second
    assertThat(line.matrixSeconds()).isEqualTo(0.5);
    assertThat(line.shareOfPeak()).isEqualTo(0.25);
    assertThat(line.text().lines().map(String::strip))
        .containsExactly(
            "experts                        500 tokens/s     0.500 TFLOP/s   25.0 % of peak  3.0 GiB  round 2.0000 s (8 rounds)",
            "launching 1.5000 s, waiting 0.5000 s; products at peak 0.5000 s of 2.0000 s; the device is the limit");
    Measured late = new Measured("experts", 1000, 2, 1e9, 1.95, 3L << 30, 2, "8 rounds");
    assertThat(new BenchLine(late, 1e12).text())
        .endsWith("; the host is the limit, more tokens at a time may help");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shape | huge | shape is 'huge', expected tinyllama, lab-27m-like, tiny; give another model's folder with --model",
        "works | expert | work is 'expert', expected calibrate, affinity, affinity24 (data sets), router, folded, experts, deterministic, full or tokens, each with :tokens:micro:segment if others are wanted, for example experts:65536:65536:1",
        "tokens | many | tokens is 'many'; it must be a whole number, at least 1",
        "tokens | 100 | a step has 100 tokens; it must be a multiple of the window, which is 64"
      })
  @DisplayName("says what is wrong with what is asked")
  void refuses(String option, String value, String message) {
    assertThatThrownBy(() -> BenchRequest.of(CPU, Map.of(option, value))).hasMessage(message);
  }

  @Test
  @DisplayName("takes its sizes from another model's configuration")
  void otherModel() {
    String model = "src/test/resources/pico-llama";
    BenchShape shape = BenchRequest.of(CPU, Map.of("model", model)).shape();
    assertThat(shape.name()).isEqualTo("pico-llama");
    assertThat(shape.windowTokens()).isEqualTo(64);
    assertThat(shape.config().intermediateSize()).isEqualTo(48);
  }
}
