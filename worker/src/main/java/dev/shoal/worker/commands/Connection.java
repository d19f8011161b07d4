package dev.shoal.worker.commands;

import dev.shoal.migrations.Database;
import dev.shoal.worker.wiring.Settings;
import dev.shoal.worker.wiring.TemporalConnection;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Flags that win over the environment and {@code shoal.yaml}. */
@SuppressWarnings("UnusedMethod") // picocli calls them
final class Connection {

  private final Map<String, String> flags = new HashMap<>();
  private Settings settings;

  @Option(
      names = "--temporal-address",
      paramLabel = "HOST:PORT",
      description = "Temporal server (TEMPORAL_ADDRESS).")
  private void temporalAddress(String value) {
    flags.put("TEMPORAL_ADDRESS", value);
  }

  @Option(
      names = "--temporal-namespace",
      paramLabel = "NAME",
      description = "Temporal namespace (TEMPORAL_NAMESPACE).")
  private void temporalNamespace(String value) {
    flags.put("TEMPORAL_NAMESPACE", value);
  }

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description = "JDBC URL without a password (SHOAL_DATABASE_URL).")
  private void databaseUrl(String value) {
    flags.put("SHOAL_DATABASE_URL", value);
  }

  @Option(
      names = "--artifacts",
      paramLabel = "FOLDER",
      description = "Artifact store (SHOAL_ARTIFACTS).")
  private void artifacts(String value) {
    flags.put("SHOAL_ARTIFACTS", value);
  }

  @Option(
      names = "--data-roots",
      paramLabel = "FOLDERS",
      description = "Folders a worker may read, separated as in a PATH (SHOAL_DATA_ROOTS).")
  private void dataRoots(String value) {
    flags.put("SHOAL_DATA_ROOTS", value);
  }

  @Option(
      names = "--devices",
      paramLabel = "DEVICES",
      description =
          "What to compute on: 0,1 or cuda:0,cuda:1, or cpu; default: all GPUs, else cpu"
              + " (SHOAL_DEVICES).")
  private void devices(String value) {
    flags.put("SHOAL_DEVICES", value);
  }

  /** Flags over environment over file, read once. */
  Settings settings() {
    if (settings == null) {
      settings = Settings.of(flags, System.getenv(), Path.of(""));
    }
    return settings;
  }

  /** Temporal, within ten seconds or not at all. */
  TemporalConnection temporal() {
    return TemporalConnection.open(settings());
  }

  /** The database with a schema that is current. */
  Database database() {
    Database database = Database.open(settings().database());
    try {
      database.requireCurrent();
      return database;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }
}
