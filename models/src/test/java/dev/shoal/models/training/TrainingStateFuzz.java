package dev.shoal.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.shoal.models.Refusal;
import dev.shoal.models.checkpoint.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The position in a training's checkpoint, whatever its bytes are,")
class TrainingStateFuzz {

  @FuzzTest
  @DisplayName("is one to go on from or is refused by name")
  void position(byte[] json) throws IOException {
    try {
      TrainingState.Position position = TrainingState.position(Path.of("state.json"), json);
      assertThat(position.stage()).isNotNull();
      assertThat(position.step()).isNotNegative();
      assertThat(position.tail()).doesNotContainNull();
    } catch (CheckpointFormatException refusal) {
      Refusal.check(refusal, "state.json: ");
    }
  }
}
