package dev.shoal.worker.commands;

import dev.shoal.migrations.Database;
import dev.shoal.worker.stack.Endpoints;
import dev.shoal.worker.stack.LocalStack;
import dev.shoal.worker.stack.ServiceStatus;
import dev.shoal.worker.wiring.Settings;
import dev.shoal.worker.wiring.TemporalConnection;
import java.util.List;
import java.util.function.Consumer;

/** Servers, schema and worker, in the order they need each other. */
final class Background {

  private final Settings settings;
  private final LocalStack stack;
  private final Consumer<String> progress;

  Background(Settings settings, Consumer<String> progress) {
    this.settings = settings;
    this.stack = settings.stack();
    this.progress = progress;
  }

  /** Starts what does not run; repeats change nothing. */
  Endpoints start() {
    Endpoints endpoints = stack.up(TemporalConnection.SEARCH_ATTRIBUTES, progress);
    if (ownsDatabase()) {
      migrate();
    }
    stack.startWorker(progress);
    return endpoints;
  }

  /** The schema of somebody else's server is changed by {@code migrate} only. */
  private boolean ownsDatabase() {
    List<ServiceStatus> services = stack.status();
    return services.stream().anyMatch(s -> s.name().equals("postgres") && !s.external());
  }

  private void migrate() {
    try (Database database = Database.open(settings.database())) {
      int scripts = database.migrate();
      if (scripts > 0) {
        progress.accept("The database's schema is up to date (%d scripts).".formatted(scripts));
      }
    }
  }

  /** Whether a worker of this stack runs. */
  boolean hasWorker() {
    return stack.status().stream().anyMatch(s -> s.name().equals("worker") && s.running());
  }

  /** Stops everything that this stack runs; state stays. */
  void stop() {
    stack.down(progress);
  }
}
