package dev.shoal.worker.stack;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One line of {@code shoal status}.
 *
 * @param name {@code temporal}, {@code postgres} or {@code worker}
 * @param running whether it answers; for the worker, whether its process lives
 * @param external whether it was named by the environment, so that Shoal neither starts nor stops
 *     it
 * @param address where it answers, without credentials; empty for the worker
 * @param pid process of a service that Shoal started
 * @param since when that process started
 * @param log its log file; absent for an external service
 */
public record ServiceStatus(
    String name,
    boolean running,
    boolean external,
    String address,
    OptionalLong pid,
    Optional<Instant> since,
    Optional<Path> log) {

  static ServiceStatus external(String name, boolean answers, String address) {
    return new ServiceStatus(
        name, answers, true, address, OptionalLong.empty(), Optional.empty(), Optional.empty());
  }

  static ServiceStatus stopped(String name, Path log) {
    return new ServiceStatus(
        name, false, false, "", OptionalLong.empty(), Optional.empty(), Optional.of(log));
  }

  static ServiceStatus started(
      String name, boolean answers, String address, ProcessHandle process, Path log) {
    return new ServiceStatus(
        name,
        answers,
        false,
        address,
        OptionalLong.of(process.pid()),
        process.info().startInstant(),
        Optional.of(log));
  }
}
