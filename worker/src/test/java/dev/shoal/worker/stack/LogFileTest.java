package dev.shoal.worker.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A log file")
class LogFileTest {

  @TempDir private Path temporary;
  private LogFile log;

  @BeforeEach
  void create() {
    log = new LogFile(temporary.resolve("service.log"));
  }

  @Test
  @DisplayName(
      "ends a message with what was said since the start, and with nothing when it is empty")
  void said() throws Exception {
    assertThat(log.said(0)).isEmpty();
    append("old\n");
    long start = log.size();
    append("why\n\nit failed\n");

    assertThat(log.said(start)).isEqualTo("\n  why\n  it failed");
    assertThat(log.tail(2)).containsExactly("why", "it failed");
  }

  @Test
  @DisplayName("is followed by whole lines, also when one is written in two pieces")
  void follows() throws Exception {
    append("before\nha");
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> follow(lines));
    reader.start();

    assertThat(lines.poll(5, TimeUnit.SECONDS)).isEqualTo("before");
    append("lf – done\n");
    assertThat(lines.poll(5, TimeUnit.SECONDS)).isEqualTo("half – done");
    reader.interrupt();
    reader.join(5000);
    assertThat(reader.isAlive()).isFalse();
  }

  private void follow(BlockingQueue<String> lines) {
    try {
      log.follow(0, lines::add);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void append(String text) throws Exception {
    Files.writeString(log.path(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
