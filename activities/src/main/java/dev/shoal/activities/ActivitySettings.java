package dev.shoal.activities;

import java.nio.file.Path;
import java.util.List;

/**
 * What a worker is given.
 *
 * @param dataRoots folders it may read below
 * @param hubCache the Hugging Face cache; read only where a data root contains it
 * @param artifacts folder of the artifact store
 * @param identity as Temporal shows it
 */
public record ActivitySettings(
    List<Path> dataRoots, Path hubCache, Path artifacts, String identity) {

  /** Keeps its own copy. */
  public ActivitySettings {
    dataRoots = List.copyOf(dataRoots);
  }
}
