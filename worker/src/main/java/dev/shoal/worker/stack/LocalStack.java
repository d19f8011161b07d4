package dev.shoal.worker.stack;

import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.envconfig.LoadClientConfigProfileOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Temporal, PostgreSQL and a worker on this machine: the whole story of {@code up}, {@code down},
 * {@code status} and {@code logs}.
 *
 * <p>A server that the environment names is used and never started or stopped. The others live in
 * the state folder and outlive the command that started them; killing any of them at any time loses
 * nothing. Every call may be repeated, and two commands may call at once.
 */
public final class LocalStack {

  private static final long NEEDED_MIB = 700;

  private final StackFolder folder;
  private final Optional<String> externalTemporal;
  private final Optional<String> externalDatabase;
  private final TemporalServer temporal;
  private final LocalPostgres postgres;
  private final WorkerProcess worker;
  private final WorkerRoots roots;

  LocalStack(StackFolder folder, Map<String, String> environment, List<String> workerProgram) {
    ClientConfigProfile profile = profile(environment);
    String path = environment.getOrDefault("PATH", "");
    String namespace = Optional.ofNullable(profile.getNamespace()).orElse("default");
    this.folder = folder;
    this.externalTemporal = Optional.ofNullable(profile.getAddress()).filter(a -> !a.isBlank());
    this.externalDatabase =
        Optional.ofNullable(environment.get("SHOAL_DATABASE_URL")).filter(url -> !url.isBlank());
    this.temporal =
        new TemporalServer(
            folder,
            new TemporalExecutable(folder.resolve("temporal"), path, folder.log("temporal")),
            namespace);
    this.postgres = new LocalPostgres(folder, OrdinaryUser.choose());
    this.worker = new WorkerProcess(folder, workerProgram);
    String asked = environment.getOrDefault(WorkerRoots.VARIABLE, "");
    this.roots = new WorkerRoots(folder, Optional.of(asked).filter(list -> !list.isBlank()));
  }

  /**
   * The stack that an environment describes.
   *
   * @param environment as of {@code System.getenv()}; read are {@code SHOAL_STATE}, {@code
   *     SHOAL_HOME}, {@code SHOAL_DATABASE_URL}, {@code SHOAL_DEVICES}, {@code SHOAL_DATA_ROOTS},
   *     {@code PATH} and Temporal's own variables
   */
  public static LocalStack of(Map<String, String> environment) {
    List<String> program = new ArrayList<>(List.of("dev.shoal.worker.Shoal", "worker"));
    String devices = environment.getOrDefault("SHOAL_DEVICES", "");
    if (!devices.isBlank()) {
      program.addAll(List.of("--devices", devices));
    }
    return new LocalStack(StackFolder.of(environment), environment, program);
  }

  private static ClientConfigProfile profile(Map<String, String> environment) {
    try {
      return ClientConfigProfile.load(
          LoadClientConfigProfileOptions.newBuilder().setEnvOverrides(environment).build());
    } catch (IOException e) {
      throw new StackException("Temporal's configuration cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Starts the servers that do not run, and says on the way what takes time.
   *
   * @param searchAttributes name to type, registered with a local Temporal server
   * @throws StackException with the reason and the log file; what did start keeps running
   */
  public Endpoints up(Map<String, String> searchAttributes, Consumer<String> progress) {
    return StackLock.during(folder, progress, () -> startServers(searchAttributes, progress));
  }

  private Endpoints startServers(Map<String, String> searchAttributes, Consumer<String> progress) {
    DiskSpace.require(folder.root(), NEEDED_MIB);
    if (externalDatabase.isEmpty()) {
      postgres.start(progress);
    }
    if (externalTemporal.isEmpty()) {
      temporal.start(searchAttributes, progress);
    }
    return endpoints();
  }

  /**
   * Starts a worker in the background unless one runs with the data roots that are asked for; the
   * servers must be up.
   */
  public void startWorker(Consumer<String> progress) {
    StackLock.during(
        folder,
        progress,
        () -> {
          worker.start(endpoints().environment(), roots, progress);
          return true;
        });
  }

  /**
   * Where the servers answer.
   *
   * @throws StackException when a local one does not run
   */
  public Endpoints endpoints() {
    return new Endpoints(
        externalTemporal.or(temporal::address).orElseThrow(() -> notUp("Temporal")),
        externalTemporal.isPresent() ? Optional.empty() : temporal.uiUrl(),
        externalDatabase.or(postgres::url).orElseThrow(() -> notUp("PostgreSQL")));
  }

  private static StackException notUp(String name) {
    return new StackException(
        name + " is not running on this machine; start the local stack with './shoal up -d'.");
  }

  /** Stops worker, Temporal and PostgreSQL, in this order; their state stays. */
  public void down(Consumer<String> progress) {
    StackLock.during(folder, progress, () -> stopAll(progress));
  }

  private boolean stopAll(Consumer<String> progress) {
    if (worker.status().running()) {
      progress.accept("Stopping the worker; it writes its checkpoint first ...");
    }
    worker.stop();
    temporal.stop();
    postgres.stop();
    return true;
  }

  /** Temporal, PostgreSQL and the worker. */
  public List<ServiceStatus> status() {
    return List.of(
        externalTemporal.map(LocalStack::externalTemporal).orElseGet(temporal::status),
        externalDatabase.map(LocalStack::externalDatabase).orElseGet(postgres::status),
        worker.status());
  }

  private static ServiceStatus externalTemporal(String address) {
    int colon = address.lastIndexOf(':');
    String port = address.substring(colon + 1);
    boolean answers =
        colon > 0
            && port.matches("\\d{1,5}")
            && Ports.answers(address.substring(0, colon), Integer.parseInt(port));
    return ServiceStatus.external(TemporalServer.NAME, answers, address);
  }

  private static ServiceStatus externalDatabase(String url) {
    String withoutSecrets = url.replaceFirst("\\?.*", "").replaceFirst("//[^/@]*@", "//");
    return ServiceStatus.external(LocalPostgres.NAME, LocalPostgres.answers(url), withoutSecrets);
  }

  /**
   * The last lines of a service's log, and with {@code follow} the coming ones until the thread is
   * interrupted.
   *
   * @param service {@code temporal}, {@code postgres} or {@code worker}
   */
  public void logs(String service, boolean follow, Consumer<String> line) {
    List<String> services = List.of(TemporalServer.NAME, LocalPostgres.NAME, WorkerProcess.NAME);
    if (!services.contains(service)) {
      throw new StackException(
          "There is no log '" + service + "'; choose one of " + String.join(", ", services) + ".");
    }
    LogFile log = folder.log(service);
    long end = log.size();
    log.tail(200).forEach(line);
    try {
      if (follow) {
        log.follow(end, line);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
