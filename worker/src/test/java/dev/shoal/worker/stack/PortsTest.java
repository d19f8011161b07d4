package dev.shoal.worker.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A port of the local stack")
class PortsTest {

  private static final int PREFERRED = 28_100;

  @TempDir private Path temporary;

  @Test
  @DisplayName("is the next free one when it or its companion is taken, and is kept afterwards")
  void isTheNextFreeOne() throws Exception {
    Ports ports = new Ports(temporary.resolve("ports.json"));
    int first = ports.choose("other", PREFERRED, 1000);

    int second;
    try (ServerSocket taken = new ServerSocket(first + 1000, 1, InetAddress.getLoopbackAddress())) {
      second = ports.choose("temporal", first, 1000);
      assertThat(second).isGreaterThan(first).isNotEqualTo(taken.getLocalPort());
    }
    assertThat(ports.choose("temporal", first, 1000)).isEqualTo(second);
  }

  @Test
  @DisplayName("is chosen anew when the file that remembers it is damaged")
  void survivesDamage() throws Exception {
    Path file = temporary.resolve("ports.json");
    Files.writeString(file, "{\"temporal\": 72");

    assertThat(new Ports(file).choose("temporal", PREFERRED)).isGreaterThanOrEqualTo(PREFERRED);
    assertThat(file).content().startsWith("{\"temporal\":28");
  }
}
