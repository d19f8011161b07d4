package dev.shoal.activities;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.activities.inspect.DatasetFolders;
import dev.shoal.activities.store.DataRoots;
import dev.shoal.models.Progress;
import dev.shoal.models.corpus.CorpusException;
import dev.shoal.models.engine.Device;
import dev.shoal.workflows.request.Evaluation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Evaluation of a folder")
class FolderEvaluationTest {

  private static final Path MODEL = Path.of("..", "ops", "sample", "model");

  @Test
  @DisplayName("refuses a data set with less text than a window, whatever the others have")
  void refusesShortText(@TempDir Path corpora) throws Exception {
    Files.writeString(
        corpora.resolve("long.jsonl"), "{\"text\": \"a small document\"}\n".repeat(50));
    Files.writeString(corpora.resolve("short.jsonl"), "{\"text\": \"a\"}\n");
    FolderEvaluation evaluation =
        new FolderEvaluation(MODEL, new Evaluation(2, 64, List.of()), Device.cpu());
    DatasetFolders folders = new DatasetFolders(new DataRoots(List.of(corpora)));

    assertThatThrownBy(() -> evaluation.run(folders, corpora.toString(), "text", Progress.NONE))
        .isInstanceOf(CorpusException.class)
        .hasMessageStartingWith("data set short: found ")
        .hasMessageEndingWith(
            "tokens, expected at least one window of 64; give more text or shorter windows");
  }
}
