package dev.shoal.activities;

import dev.shoal.activities.devices.WorkerDevices;
import java.nio.file.Path;
import java.util.List;

/**
 * What a worker is given.
 *
 * @param dataRoots folders it may read below
 * @param hubCache the Hugging Face cache; read only where a data root contains it
 * @param artifacts folder of the artifact store
 * @param identity as Temporal shows it
 * @param devices what it computes on
 */
public record ActivitySettings(
    List<Path> dataRoots, Path hubCache, Path artifacts, String identity, WorkerDevices devices) {

  /** Keeps its own copy. */
  public ActivitySettings {
    dataRoots = List.copyOf(dataRoots);
  }
}
