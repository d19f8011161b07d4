package dev.shoal.worker.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Processes that outlive the one that started them.
 *
 * <p>There are no pid files: a service is found in the process table by two neighbouring arguments
 * that only it has, an option and a path in the state folder. So nothing can be stale: a recycled
 * pid has other arguments, a zombie has none, and a service whose starter was killed is found too.
 */
final class Processes {

  private static final Duration AFTER_KILL = Duration.ofSeconds(10);

  private Processes() {}

  /** The process whose arguments hold {@code option} followed by {@code value}. */
  static Optional<ProcessHandle> find(String program, String option, String value) {
    return ProcessHandle.allProcesses()
        .filter(process -> argument(process, option).filter(value::equals).isPresent())
        .filter(process -> runs(process, program))
        .findFirst();
  }

  private static boolean runs(ProcessHandle process, String program) {
    Optional<Path> command = process.info().command().map(Path::of).map(Path::getFileName);
    return command.map(name -> name.toString().equals(program)).orElse(false);
  }

  /** The argument behind an option of a running process. */
  static Optional<String> argument(ProcessHandle process, String option) {
    List<String> arguments = arguments(process);
    int at = arguments.indexOf(option);
    return at < 0 || at + 1 == arguments.size()
        ? Optional.empty()
        : Optional.of(arguments.get(at + 1));
  }

  /** Java itself tells the arguments only of processes with a command line below 4 KiB. */
  private static List<String> arguments(ProcessHandle process) {
    try {
      byte[] line = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/cmdline"));
      return List.of(new String(line, StandardCharsets.UTF_8).split("\0"));
    } catch (IOException e) { // gone meanwhile, or a system without /proc
      return process.info().arguments().map(List::of).orElse(List.of());
    }
  }

  /**
   * Starts a process in a session of its own, so that neither Ctrl-C nor closing the terminal
   * reaches it; its output is appended to the log.
   */
  static Process detach(List<String> command, Map<String, String> environment, LogFile log) {
    List<String> detached = Stream.concat(ownSession().stream(), command.stream()).toList();
    ProcessBuilder builder = new ProcessBuilder(detached);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.path().toFile()));
    try {
      return builder.start();
    } catch (IOException e) {
      throw new StackException("Cannot start " + command.get(0) + " (" + e.getMessage() + ").", e);
    }
  }

  private static List<String> ownSession() {
    boolean linux = Files.isExecutable(Path.of("/usr/bin/setsid"));
    return linux // macOS has no setsid command
        ? List.of("/usr/bin/setsid")
        : List.of("perl", "-MPOSIX", "-e", "POSIX::setsid(); exec @ARGV");
  }

  /** Runs a short command to its end; its output goes to the log. Returns the exit code. */
  static int run(
      List<String> command, Map<String, String> environment, LogFile log, Duration limit) {
    Process process = detach(command, environment, log);
    try {
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new StackException(
          command.get(0) + " did not end within " + limit.toSeconds() + " s; see " + log.path());
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new StackException("Interrupted while running " + command.get(0) + ".", e);
    }
  }

  /** Asks a process to end, and after the grace time makes it end. */
  static void stop(ProcessHandle process, Duration grace) {
    process.destroy();
    if (!Waiting.until(grace, () -> !isAlive(process))) {
      process.destroyForcibly();
      if (!Waiting.until(AFTER_KILL, () -> !isAlive(process))) {
        throw new StackException("Process " + process.pid() + " does not end; kill it by hand.");
      }
    }
  }

  /** Not true of a zombie, which stays where no init process collects it, as in many containers. */
  static boolean isAlive(ProcessHandle process) {
    return process.isAlive() && !isZombie(process.pid());
  }

  private static boolean isZombie(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
    } catch (IOException e) {
      return false; // gone meanwhile, or a system without /proc
    }
  }
}
