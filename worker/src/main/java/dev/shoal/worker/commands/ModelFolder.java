package dev.shoal.worker.commands;

import dev.shoal.activities.store.HubCache;
import dev.shoal.migrations.Database;
import dev.shoal.worker.runs.Artifacts;
import dev.shoal.worker.wiring.UserError;
import dev.shoal.worker.wiring.Wiring;
import java.nio.file.Files;
import java.nio.file.Path;

/** From what a person calls a model to a folder. */
final class ModelFolder {

  private final Connection connection;

  /** With these settings; the database is asked only where it must be. */
  ModelFolder(Connection connection) {
    this.connection = connection;
  }

  /**
   * The folder of a model: a folder with {@code config.json}, {@code org/name@revision} in the
   * Hugging Face cache, or what a run exported; the first of these that it is.
   */
  Path find(String text) {
    String name = cached(text);
    if (Files.isRegularFile(Path.of(name).resolve("config.json"))) {
      return Path.of(name);
    }
    try (Database database = connection.database()) {
      Artifacts artifacts = new Artifacts(database);
      return artifacts
          .export(name)
          .map(new Wiring(connection.settings()).store()::open)
          .orElseThrow(() -> UserError.failed(nothing(artifacts, text)));
    }
  }

  private static String nothing(Artifacts artifacts, String text) {
    return artifacts
        .exportNote(text)
        .map(why -> "Nothing was exported from %s: %s.".formatted(text, why))
        .orElse(
            "Nothing was exported from %s; give a folder with config.json or a run that has an export."
                .formatted(text));
  }

  /** A name in the Hugging Face cache as its folder; all else as it is. */
  String cached(String text) {
    boolean named = HubCache.names(text) && !Files.isDirectory(Path.of(text));
    return named
        ? new HubCache(connection.settings().huggingFaceCache()).find(text).toString()
        : text;
  }
}
