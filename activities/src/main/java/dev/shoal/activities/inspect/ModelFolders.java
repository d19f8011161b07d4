package dev.shoal.activities.inspect;

import dev.shoal.activities.store.DataRoots;
import dev.shoal.activities.store.HubCache;
import dev.shoal.activities.store.HubCacheException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * From what a request calls its model to a folder that may be read: a path, or {@code
 * org/name@revision} of the Hugging Face cache. A folder of that name wins.
 */
public final class ModelFolders {

  private final DataRoots roots;
  private final HubCache cache;

  /** Below the roots; the cache must be below one of them, too. */
  public ModelFolders(DataRoots roots, HubCache cache) {
    this.roots = roots;
    this.cache = cache;
  }

  /**
   * The folder, absolute; of a model in the cache that of its commit.
   *
   * @throws HubCacheException if the name is none of a folder and not in the cache
   */
  public Path find(String given) {
    Path folder = roots.resolve(given);
    return !Files.isDirectory(folder) && HubCache.names(given) ? cache.find(given) : folder;
  }

  /** What is wrong with a folder that should hold a model, or null. Links are followed. */
  public String refusal(Path model) {
    String outside = roots.refusal(model);
    if (outside != null) {
      return outside;
    }
    if (!Files.isDirectory(model)) {
      return model + " is no folder; give the folder of a Hugging Face checkpoint";
    }
    if (!Files.isRegularFile(model.resolve("config.json"))) {
      return model + " has no config.json; give the folder of a Hugging Face checkpoint";
    }
    if (!Files.isRegularFile(model.resolve("tokenizer.json"))) {
      return model + " has no tokenizer.json; save the model's fast tokenizer beside it";
    }
    return ModelFiles.everyRead(model).stream()
        .map(roots::refusal)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }
}
