package dev.shoal.activities.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Precision;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.stages.RunRef;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The key of a computation")
class StageKeyTest {

  private static StageKey key(
      String run, StageCode code, int windows, String input, String engine) {
    return StageKey.of(
        new StageSpec(
            new RunRef(run, "workflow of " + run),
            code,
            "news",
            JsonNodeFactory.instance.objectNode().put("windows", windows),
            List.of(new StageSpec.Input("tokens", new ArtifactRef(input, "tokens", 1)))),
        engine);
  }

  @Test
  @DisplayName("does not know the run, but the stage, its settings, inputs and engine")
  void partsOfTheKey() {
    String key = key("a", StageCode.CALIBRATE, 8, "00", "e1").sha256();
    assertThat(key("b", StageCode.CALIBRATE, 8, "00", "e1").sha256()).isEqualTo(key);
    assertThat(key("a", StageCode.EVALUATE, 8, "00", "e1").sha256()).isNotEqualTo(key);
    assertThat(key("a", StageCode.CALIBRATE, 9, "00", "e1").sha256()).isNotEqualTo(key);
    assertThat(key("a", StageCode.CALIBRATE, 8, "01", "e1").sha256()).isNotEqualTo(key);
    assertThat(key("a", StageCode.CALIBRATE, 8, "00", "e2").sha256()).isNotEqualTo(key);
  }

  @Test
  @DisplayName("knows kind and precision of the device, but not which card it was")
  void device() {
    StageSpec spec =
        new StageSpec(
            new RunRef("a", "w"),
            StageCode.CALIBRATE,
            "news",
            JsonNodeFactory.instance.objectNode(),
            List.of());
    String cpu = StageKey.of(spec, "e1").sha256();
    String half = StageKey.of(spec.on(Device.cuda(0, Precision.BFLOAT16)), "e1").sha256();
    assertThat(StageKey.of(spec.on(Device.cpu()), "e1").sha256()).isEqualTo(cpu);
    assertThat(half).isNotEqualTo(cpu);
    assertThat(StageKey.of(spec.on(Device.cuda(7, Precision.BFLOAT16)), "e1").sha256())
        .isEqualTo(half);
    assertThat(StageKey.of(spec.on(Device.cuda(0, Precision.FLOAT32)), "e1").sha256())
        .isNotIn(cpu, half);
    assertThat(StageKey.of(spec, "e1").document().toString())
        .endsWith("\"device\":\"cpu\",\"dtype\":\"float32\",\"engine\":\"e1\"}");
  }

  @Test
  @DisplayName("of a stage without a device does not depend on the engine")
  void withoutDevice() {
    assertThat(key("a", StageCode.TOKENIZE, 8, "00", "e2").sha256())
        .isEqualTo(key("a", StageCode.TOKENIZE, 8, "00", "e1").sha256());
    assertThat(key("a", StageCode.TOKENIZE, 8, "00", "e1").document())
        .hasToString(
            "{\"stage\":\"tokenize\",\"code_version\":1,\"settings\":{\"windows\":8},"
                + "\"inputs\":[{\"role\":\"tokens\",\"sha256\":\"00\"}]}");
  }
}
