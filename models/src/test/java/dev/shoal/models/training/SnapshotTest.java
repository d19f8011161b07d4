package dev.shoal.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.TinyMoe;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A snapshot of a training")
class SnapshotTest {

  private static final Batches BATCHES = step -> TinyModels.windows(4, 12, 1000 + step);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("is written while training goes on, with the bytes that were to be saved then")
  void sameBytes(boolean momentsOnHost) {
    TrainingSettings settings =
        TrainingSettings.of(9, new LearningRate(1e-2, true, 2), 2)
            .with(new TrainingSettings.Memory(24, 1, momentsOnHost));
    try (MoeModel one = TinyMoe.different(4, 2, Device.cpu());
        MoeModel two = TinyMoe.different(4, 2, Device.cpu());
        TrainingLoop loop =
            new TrainingLoop(
                List.of(new Replica(one, Optional.empty()), new Replica(two, Optional.empty())),
                TrainingStage.EXPERTS,
                settings,
                BATCHES)) {
      for (int round = 0; round < 3; round++) { // in the same room each time
        loop.advance();
        loop.save(folder.resolve("saved" + round));
        Consumer<Path> snapshot = loop.snapshot();
        Path copied = folder.resolve("copied" + round);
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> snapshot.accept(copied));
        loop.advance();
        loop.advance();
        writing.join();
        assertThat(FolderManifest.of(copied))
            .isEqualTo(FolderManifest.of(folder.resolve("saved" + round)));
      }
    }
  }
}
