package dev.shoal.worker.wiring;

import dev.shoal.activities.Activities;
import dev.shoal.activities.ActivitySettings;
import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.activities.inspect.DatasetFolders;
import dev.shoal.activities.inspect.Inspector;
import dev.shoal.activities.store.ArtifactStore;
import dev.shoal.activities.store.DataRoots;
import dev.shoal.migrations.Database;
import java.nio.file.Path;
import java.util.List;

/** Plain constructor wiring: the computing side, built from settings. */
public final class Wiring {

  private final Settings settings;

  /** Opens nothing yet. */
  public Wiring(Settings settings) {
    this.settings = settings;
  }

  /** Every activity of a worker. */
  public Activities activities(Database database) {
    return new Activities(database, activitySettings(settings.artifacts(), devices()));
  }

  /** Looks at requests, as a worker would. */
  public Inspector inspector() {
    return Activities.inspector(activitySettings(settings.artifacts(), devices()));
  }

  /**
   * Looks at files as if for the first time.
   *
   * @param scratch an empty folder for what it remembers
   */
  public Inspector forgetfulInspector(Path scratch) {
    return Activities.inspector(activitySettings(scratch, WorkerDevices.cpu()));
  }

  /** Where artifacts are. */
  public ArtifactStore store() {
    return Activities.store(activitySettings(settings.artifacts(), WorkerDevices.cpu()));
  }

  /** Lists data sets for a look at a request; what may be read is the worker's to say. */
  public static DatasetFolders datasetFolders() {
    return new DatasetFolders(new DataRoots(List.of(Path.of("/"))));
  }

  /** What is computed on; loads the engine. */
  public WorkerDevices devices() {
    return DeviceReport.look(settings).devices();
  }

  private ActivitySettings activitySettings(Path artifacts, WorkerDevices devices) {
    return new ActivitySettings(
        settings.dataRoots(),
        settings.huggingFaceCache(),
        artifacts,
        WorkerProgram.identity(),
        devices);
  }
}
