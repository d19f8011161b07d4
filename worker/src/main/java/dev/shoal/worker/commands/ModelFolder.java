package dev.shoal.worker.commands;

import dev.shoal.activities.store.HubCache;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.DatabaseUnavailableException;
import dev.shoal.worker.runs.Artifacts;
import dev.shoal.worker.stack.StackException;
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
    Path folder = Path.of(text);
    if (Files.isRegularFile(folder.resolve("config.json"))) {
      return folder;
    }
    if (downloaded(text)) {
      return cache().find(text);
    }
    try (Database database = connection.database()) {
      return exported(database, cached(text, database));
    } catch (StackException | DatabaseUnavailableException unreachable) {
      if (HubCache.names(text)) {
        return cache().find(text); // it is not there, which is more telling
      }
      throw unreachable;
    }
  }

  private Path exported(Database database, String text) {
    Artifacts artifacts = new Artifacts(database);
    return artifacts
        .export(text)
        .map(new Wiring(connection.settings()).store()::open)
        .orElseThrow(() -> UserError.failed(nothing(artifacts, text)));
  }

  private static String nothing(Artifacts artifacts, String text) {
    return artifacts
        .exportNote(text)
        .map(why -> "Nothing was exported from %s: %s.".formatted(text, why))
        .orElse(
            "Nothing was exported from %s; give a folder with config.json or a run that has an export."
                .formatted(text));
  }

  /**
   * A name in the Hugging Face cache as its folder; all else as it is.
   *
   * @throws dev.shoal.activities.store.HubCacheException for what looks like such a name, but is
   *     neither there nor a run
   */
  String cached(String text, Database database) {
    boolean other = !HubCache.names(text) || Files.isDirectory(Path.of(text));
    boolean run = !other && !downloaded(text) && !database.runs().find(text).isEmpty();
    return other || run ? text : cache().find(text).toString();
  }

  private boolean downloaded(String text) {
    return !Files.isDirectory(Path.of(text)) && cache().holds(text);
  }

  private HubCache cache() {
    return new HubCache(connection.settings().huggingFaceCache());
  }
}
