package dev.shoal.worker.stack;

import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Temporal's development server in the state folder, with its UI; one file holds its state. */
final class TemporalServer {

  static final String NAME = "temporal";

  private static final int DEFAULT_PORT = 7233;
  private static final int UI_OFFSET = 1000; // as Temporal itself does
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final Duration RETENTION =
      Duration.ofDays(90); // the server's own default: one day

  private final StackFolder folder;
  private final TemporalExecutable executable;
  private final String namespace;
  private final LogFile log;
  private final Path database;

  TemporalServer(StackFolder folder, TemporalExecutable executable, String namespace) {
    this.folder = folder;
    this.executable = executable;
    this.namespace = namespace;
    this.log = folder.log(NAME);
    this.database = folder.resolve("temporal.db");
  }

  /** Starts the server unless it runs; namespace and search attributes are there at return. */
  void start(Map<String, String> searchAttributes, Consumer<String> progress) {
    long said = log.size();
    if (process().isEmpty()) {
      Path program = executable.get(progress);
      log.rotate();
      said = log.size();
      int port = folder.ports().choose(NAME, DEFAULT_PORT, UI_OFFSET);
      Processes.detach(command(program, port, searchAttributes), Map.of(), log);
      Waiting.until(Duration.ofSeconds(2), () -> process().isPresent());
    }
    prepare(searchAttributes, said);
  }

  /**
   * A new database gets its search attributes by the command line, since those registered later
   * become known to the starting of workflows only after some seconds.
   */
  private List<String> command(Path program, int port, Map<String, String> searchAttributes) {
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "server",
                "start-dev",
                "--db-filename",
                database.toString(),
                "--ip",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--ui-port",
                Integer.toString(port + UI_OFFSET),
                "--namespace",
                namespace,
                "--log-level",
                "warn",
                "--dynamic-config-value",
                "frontend.WorkflowPauseEnabled=true"));
    new TreeMap<>(searchAttributes)
        .forEach((name, type) -> command.addAll(List.of("--search-attribute", name + "=" + type)));
    return command;
  }

  private void prepare(Map<String, String> searchAttributes, long said) {
    if (!Waiting.until(LIMIT, () -> answers() || process().isEmpty()) || process().isEmpty()) {
      throw failed(said);
    }
    WorkflowServiceStubs service = connect(address().orElseThrow());
    try {
      TemporalNamespace prepared = new TemporalNamespace(service, namespace);
      if (!Waiting.until(LIMIT, () -> prepared.exists() || process().isEmpty())) {
        throw failed(said);
      }
      prepared.retain(RETENTION);
      prepared.register(searchAttributes);
    } finally {
      service.shutdownNow();
      service.awaitTermination(2, TimeUnit.SECONDS);
    }
  }

  private static WorkflowServiceStubs connect(String address) {
    return WorkflowServiceStubs.newServiceStubs(
        WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
  }

  /** A server that never answered is stopped, so that the next start begins anew. */
  private StackException failed(long said) {
    stop();
    return new StackException(
        "The Temporal server does not start; its log is " + log.path() + log.said(said));
  }

  void stop() {
    process().ifPresent(running -> Processes.stop(running, GRACE));
  }

  ServiceStatus status() {
    return process()
        .map(
            found ->
                ServiceStatus.started(NAME, answers(), address().orElse(""), found, log.path()))
        .orElseGet(() -> ServiceStatus.stopped(NAME, log.path()));
  }

  /** Host and port of the running server. */
  Optional<String> address() {
    return port("--port").map(port -> "127.0.0.1:" + port);
  }

  /** The UI of the running server. */
  Optional<String> uiUrl() {
    return port("--ui-port").map(port -> "http://127.0.0.1:" + port);
  }

  private boolean answers() {
    return port("--port").filter(port -> Ports.answers("127.0.0.1", port)).isPresent();
  }

  private Optional<Integer> port(String option) {
    return process().flatMap(found -> Processes.argument(found, option)).map(Integer::valueOf);
  }

  private Optional<ProcessHandle> process() {
    return Processes.find("temporal", "--db-filename", database.toString());
  }
}
