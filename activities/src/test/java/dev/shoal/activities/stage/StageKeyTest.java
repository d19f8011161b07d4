package dev.shoal.activities.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
