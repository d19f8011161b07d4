package dev.shoal.activities;

import dev.shoal.activities.devices.DeviceMemory;
import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.activities.inspect.Inspector;
import dev.shoal.activities.inspect.MachineProbe;
import dev.shoal.activities.inspect.ModelFolders;
import dev.shoal.activities.stage.StageRunner;
import dev.shoal.activities.stage.WorkerIdentity;
import dev.shoal.activities.store.ArtifactStore;
import dev.shoal.activities.store.DataRoots;
import dev.shoal.activities.store.DigestMemory;
import dev.shoal.activities.store.FolderArtifactStore;
import dev.shoal.activities.store.HubCache;
import dev.shoal.migrations.Database;
import dev.shoal.models.engine.Engine;
import java.util.List;

/** Builds every activity; what needs what is visible here. Start reading here. */
public final class Activities implements AutoCloseable {

  private final Inputs inputs;
  private final ArtifactStore store;
  private final Mixtures mixtures;
  private final List<Object> light;
  private final List<Object> onDevice;

  /** Over an open database whose schema is current. */
  public Activities(Database database, ActivitySettings settings) {
    Inspector inspector = inspector(settings);
    store = store(settings);
    inputs =
        new Inputs(store, database.artifacts(), new DataRoots(settings.dataRoots()), inspector);
    WorkerDevices devices = settings.devices();
    mixtures = new Mixtures(inputs);
    WorkerIdentity worker =
        WorkerIdentity.ofThisProcess(
            settings.identity(), Engine.version(), Engine.threads(), devices);
    StageRunner stages = new StageRunner(database, store, worker);

    InspectionStage inspection = new InspectionStage(database, inspector);
    TokenizeStage tokenize = new TokenizeStage(stages, inputs);
    CalibrationStages calibration = new CalibrationStages(stages, inputs, devices);
    ExpertStages experts = new ExpertStages(stages, inputs, devices);
    TrainingStages training =
        new TrainingStages(stages, inputs, mixtures, devices, DeviceMemory::measured);
    EvaluationStage evaluation = new EvaluationStage(stages, inputs, mixtures, devices);
    PublishingStages publishing = new PublishingStages(stages, inputs, mixtures);
    light =
        List.of(
            inspection,
            tokenize,
            calibration,
            experts,
            new ForkStage(stages, database.checkpoints()),
            publishing,
            new RunRecords(database, store),
            new ComparisonRecords(database, inspector));
    onDevice = List.of(calibration, experts, training, evaluation, publishing);
  }

  /** An inspector for commands that look at a request without a worker. */
  public static Inspector inspector(ActivitySettings settings) {
    DataRoots roots = new DataRoots(settings.dataRoots());
    return new Inspector(
        roots,
        new ModelFolders(roots, new HubCache(settings.hubCache())),
        digests(settings),
        settings.artifacts().resolve("scans"),
        new MachineProbe(settings.artifacts(), settings.devices()));
  }

  /** The artifact store of these settings. */
  public static ArtifactStore store(ActivitySettings settings) {
    return new FolderArtifactStore(settings.artifacts(), digests(settings));
  }

  private static DigestMemory digests(ActivitySettings settings) {
    return new DigestMemory(settings.artifacts().resolve("digests"));
  }

  /** Activities for the queue {@code shoal}. */
  public Object[] light() {
    return light.toArray();
  }

  /** Activities for a device queue, one at a time. */
  public Object[] onDevice() {
    return onDevice.toArray();
  }

  /** Compares exported checkpoints with what they were made from. */
  public ExportCheck exportCheck() {
    return new ExportCheck(store, mixtures);
  }

  /** Frees the model that is kept between stages. */
  @Override
  public void close() {
    inputs.close();
  }
}
