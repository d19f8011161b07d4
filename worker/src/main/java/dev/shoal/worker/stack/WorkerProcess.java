package dev.shoal.worker.stack;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A worker in the background: this JVM's program again, in a session of its own. */
final class WorkerProcess {

  static final String NAME = "worker";

  /** Long enough for a training step and its checkpoint, which the worker writes on SIGTERM. */
  private static final Duration GRACE = Duration.ofSeconds(60);

  /** A worker that cannot work, because of a setting for example, ends at once. */
  private static final Duration SETTLED = Duration.ofMillis(1500);

  /** Only names the process in the process table: JVMs ignore what follows -D. */
  private static final String MARK = "-Dshoal.worker.of=";

  private final StackFolder folder;
  private final List<String> program;
  private final LogFile log;

  /**
   * @param program main class and arguments
   */
  WorkerProcess(StackFolder folder, List<String> program) {
    this.folder = folder;
    this.program = program;
    this.log = folder.log(NAME);
  }

  /** Starts it unless it runs; again where it runs with other data roots than are asked for. */
  void start(Map<String, String> environment, WorkerRoots roots, Consumer<String> progress) {
    if (process().isPresent()) {
      if (!roots.changed()) {
        return;
      }
      progress.accept("The worker starts again, with the data roots " + roots.now().orElseThrow());
      stop();
    }
    roots.remember();
    Map<String, String> all = new HashMap<>(environment);
    roots.now().ifPresent(list -> all.put(WorkerRoots.VARIABLE, list));
    log.rotate();
    long said = log.size();
    Process started = Processes.detach(command(), all, log);
    if (Waiting.until(SETTLED, () -> !started.isAlive())) {
      throw new StackException(
          "The worker ended at once with exit code "
              + started.exitValue()
              + "; its log is "
              + log.path()
              + log.said(said));
    }
    progress.accept("The worker runs in the background; its log is " + log.path());
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith("-XX:TieredStopAtLevel")) // good for short commands only
        .filter(flag -> !flag.startsWith("-agentlib") && !flag.startsWith("-javaagent"))
        .forEach(command::add);
    command.add(mark());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(program);
    return command;
  }

  /** SIGTERM, time to write a checkpoint, then the end. */
  void stop() {
    process().ifPresent(running -> Processes.stop(running, GRACE));
  }

  ServiceStatus status() {
    return process()
        .map(found -> ServiceStatus.started(NAME, true, "", found, log.path()))
        .orElseGet(() -> ServiceStatus.stopped(NAME, log.path()));
  }

  private Optional<ProcessHandle> process() {
    return Processes.find("java", mark(), "-cp");
  }

  private String mark() {
    return MARK + folder.root();
  }
}
