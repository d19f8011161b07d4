package dev.shoal.worker.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.worker.wiring.Settings;
import dev.shoal.worker.wiring.TemporalConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Temporal's development server for a test, with a database and ports of its own. */
final class DevServer implements AutoCloseable {

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>(TestTemporal.environment());
  private final LocalStack stack;
  private final String address;

  /** Starts it; the test is skipped where there is none. */
  DevServer(Path folder) {
    this.folder = folder;
    environment.put("SHOAL_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/none"); // not asked
    stack = new LocalStack(StackFolder.create(folder.resolve("state")), environment, List.of());
    address = stack.up(Map.of(), line -> {}).temporalAddress();
  }

  /** Host and port. */
  String address() {
    return address;
  }

  int port() {
    return Integer.parseInt(address.replaceFirst(".*:", ""));
  }

  /** A connection as workers and commands make it, to this server if the variables name none. */
  TemporalConnection open(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(variables);
    if (!variables.containsKey("TEMPORAL_CONFIG_FILE")) {
      all.putIfAbsent("TEMPORAL_ADDRESS", address);
      all.put("TEMPORAL_CONFIG_FILE", folder.resolve("none.toml").toString());
    }
    all.put("SHOAL_HOME", folder.toString());
    all.put("TEMPORAL_UI_URL", "http://ui");
    return TemporalConnection.open(Settings.of(Map.of(), all, folder));
  }

  /** What Temporal's own command prints. */
  String command(String... arguments) throws IOException, InterruptedException {
    String program = environment.get("PATH").replaceFirst(":.*", "") + "/temporal";
    List<String> command = new ArrayList<>(List.of(program, "--address", address));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  @Override
  public void close() {
    stack.down(line -> {});
  }
}
