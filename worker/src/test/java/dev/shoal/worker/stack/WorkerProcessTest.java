package dev.shoal.worker.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The worker in the background")
@Timeout(30)
class WorkerProcessTest {

  @TempDir private Path temporary;
  private StackFolder folder;

  @BeforeEach
  void create() {
    folder = StackFolder.create(temporary);
  }

  /** Stands in for the worker: says who it is, and says goodbye on SIGTERM. */
  static final class Sleeper {
    /** Sleeps for half a minute, or fails at once when told to. */
    public static void main(String[] arguments) throws InterruptedException {
      if (arguments[0].equals("fail")) {
        System.out.println("no license");
        System.exit(3);
      }
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("checkpoint")));
      System.out.println("hello " + System.getenv("TEMPORAL_ADDRESS"));
      Thread.sleep(30_000);
    }
  }

  @Test
  @DisplayName("is started once in a session of its own, and ends in good order")
  void startsAndStops() throws Exception {
    WorkerProcess worker = worker("sleep");
    worker.start(Map.of("TEMPORAL_ADDRESS", "here:1"), roots(null), line -> {});
    ServiceStatus status = worker.status();
    worker("sleep").start(Map.of(), roots(null), line -> {});

    assertThat(worker.status()).isEqualTo(status);
    assertThat(session(status.pid().orElseThrow())).isEqualTo(status.pid().orElseThrow());
    worker.stop();
    assertThat(worker.status().running()).isFalse();
    assertThat(folder.log("worker").tail(2)).containsExactly("hello here:1", "checkpoint");
  }

  @Test
  @DisplayName("keeps its data roots until others are asked for, and then starts again with them")
  void dataRoots() {
    List<String> said = new ArrayList<>();
    worker("sleep").start(Map.of(), roots("/a"), said::add);
    long first = worker("sleep").status().pid().orElseThrow();
    worker("sleep").start(Map.of(), roots(null), said::add);
    worker("sleep").start(Map.of(), roots("/a"), said::add);
    assertThat(worker("sleep").status().pid()).hasValue(first);
    worker("sleep").start(Map.of(), roots("/a:/b"), said::add);
    assertThat(worker("sleep").status().pid().orElseThrow()).isNotEqualTo(first);
    worker("sleep").stop();
    assertThat(roots(null).now()).contains("/a:/b");
    assertThat(said).contains("The worker starts again, with the data roots /a:/b");
  }

  private WorkerRoots roots(String asked) {
    return new WorkerRoots(folder, Optional.ofNullable(asked));
  }

  @Test
  @DisplayName("that ends at once is reported with its last words")
  void reportsFailure() {
    assertThatThrownBy(() -> worker("fail").start(Map.of(), roots(null), line -> {}))
        .isInstanceOf(StackException.class)
        .hasMessageStartingWith(
            "The worker ended at once with exit code 3; its log is "
                + folder.resolve("logs/worker.log"))
        .hasMessageEndingWith("no license");
  }

  private WorkerProcess worker(String argument) {
    return new WorkerProcess(folder, List.of(Sleeper.class.getName(), argument));
  }

  private static long session(long pid) throws Exception {
    Process ps = new ProcessBuilder("ps", "-o", "sess=", "-p", Long.toString(pid)).start();
    assertThat(ps.waitFor(5, TimeUnit.SECONDS)).isTrue();
    return Long.parseLong(
        new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
  }
}
