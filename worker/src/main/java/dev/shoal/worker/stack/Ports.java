package dev.shoal.worker.stack;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Free ports on the loopback interface, and the file that remembers which ones were taken.
 *
 * <p>The file is a convenience: without it, or with a damaged one, services get their default ports
 * again.
 */
record Ports(Path file) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TRIES = 500;

  /**
   * The remembered port of a service if it is free, else the first free one from the default on.
   */
  int choose(String service, int preferred, int... alsoFreeAt) {
    int first = remembered().getOrDefault(service, preferred);
    int port =
        IntStream.concat(IntStream.of(first), IntStream.range(preferred, preferred + TRIES))
            .filter(candidate -> isFree(candidate) && allFree(candidate, alsoFreeAt))
            .findFirst()
            .orElseThrow(() -> noneFree(service, preferred));
    remember(service, port);
    return port;
  }

  private static boolean allFree(int port, int... offsets) {
    return IntStream.of(offsets).allMatch(offset -> isFree(port + offset));
  }

  private static StackException noneFree(String service, int preferred) {
    return new StackException(
        "No free port for %s on 127.0.0.1 from %d to %d; free one and try again."
            .formatted(service, preferred, preferred + TRIES - 1));
  }

  private Map<String, Integer> remembered() {
    try {
      return Files.exists(file)
          ? JSON.readValue(file.toFile(), new TypeReference<TreeMap<String, Integer>>() {})
          : new TreeMap<>();
    } catch (IOException e) {
      return new TreeMap<>();
    }
  }

  private void remember(String service, int port) {
    Map<String, Integer> ports = remembered();
    ports.put(service, port);
    try {
      Path part = file.resolveSibling(file.getFileName() + ".part");
      JSON.writeValue(part.toFile(), ports);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether something accepts connections there. */
  static boolean answers(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
