package dev.shoal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.worker.stack.Endpoints;
import dev.shoal.worker.stack.LocalStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A local stack of its own for a test, driven by the real command in real processes. */
public final class TestHome implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();

  private final Path state;
  private final Map<String, String> variables;
  private final List<Process> workers = new ArrayList<>();

  public TestHome(Path state) {
    this(state, Map.of());
  }

  /**
   * A stack whose processes get more variables.
   *
   * @param variables beside those that name the stack
   */
  public TestHome(Path state, Map<String, String> variables) {
    this.state = state;
    this.variables = new HashMap<>(variables);
    SharedServers.into(state);
  }

  /** What a command did. */
  public record Ran(int exit, String out, String err) {

    /** The one line of JSON that a command with {@code --json} ends with. */
    public JsonNode json() {
      try {
        return JSON.readTree(out);
      } catch (IOException e) {
        throw new UncheckedIOException(out, e);
      }
    }
  }

  public static Path sample() {
    return REPOSITORY.resolve("ops").resolve("sample");
  }

  public Path artifacts() {
    return state.resolve("artifacts");
  }

  /** Gives the processes that start from now on one more variable. */
  public void variable(String name, String value) {
    variables.put(name, value);
  }

  /** Runs a command that must succeed. */
  public Ran shoal(String... arguments) {
    Ran ran = attempt(arguments);
    assertThat(ran.exit()).as("%s%n%s%n%s", List.of(arguments), ran.out(), ran.err()).isZero();
    return ran;
  }

  /** Runs a command, however it ends. */
  public Ran attempt(String... arguments) {
    return attempt(builder(arguments));
  }

  /**
   * Runs lines in one process, as a person types them in the folder of this stack's state, with a
   * sample of its own below it; what each did.
   */
  List<Ran> typed(List<String> lines) {
    ProcessBuilder builder = builder(Typed.class, lines.toArray(String[]::new));
    builder.directory(state.toFile()).environment().put("SHOAL_HOME", state.toString());
    Ran all = attempt(builder);
    assertThat(all.out().lines()).as(all.err()).hasSameSizeAs(lines);
    return all.out()
        .lines()
        .map(line -> new Ran(0, line, "").json())
        .map(
            ran ->
                new Ran(
                    ran.path("exit").asInt(), ran.path("out").asText(), ran.path("err").asText()))
        .toList();
  }

  private Ran attempt(ProcessBuilder builder) {
    try {
      Path out = Files.createTempFile(state, "out", ".txt");
      Path err = Files.createTempFile(state, "err", ".txt");
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      assertThat(process.waitFor(20, TimeUnit.MINUTES)).as("%s ends", builder.command()).isTrue();
      SharedServers.from(state);
      return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts another worker of this stack and waits until it takes work; {@link #close} ends it. */
  public Process startWorker() throws IOException, InterruptedException {
    Path log = Files.createTempFile(state, "worker", ".log");
    Process worker =
        builder("worker").redirectErrorStream(true).redirectOutput(log.toFile()).start();
    workers.add(worker);
    for (int i = 0; !Files.readString(log).contains(" polls "); i++) {
      assertThat(worker.isAlive() && i < 600).as(Files.readString(log)).isTrue();
      Thread.sleep(100);
    }
    return worker;
  }

  /** Where the servers of this stack answer. */
  public Endpoints endpoints() {
    return LocalStack.of(builder().environment()).endpoints();
  }

  private ProcessBuilder builder(String... arguments) {
    return builder(Shoal.class, arguments);
  }

  private ProcessBuilder builder(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx1g", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.matches("(SHOAL|TEMPORAL|MLFLOW)_.*"));
    environment.putAll(variables);
    environment.put("SHOAL_HOME", REPOSITORY.toString());
    environment.put("SHOAL_STATE", state.toString());
    environment.put("SHOAL_ARTIFACTS", artifacts().toString());
    environment.put("SHOAL_DATA_ROOTS", sample() + ":" + state);
    return builder;
  }

  /** Kills the worker as a crash would. */
  public void killWorker() {
    process("worker").destroyForcibly();
  }

  /** A process of the stack by its name in {@code status}. */
  public ProcessHandle process(String name) {
    return LocalStack.of(builder().environment()).status().stream()
        .filter(service -> service.name().equals(name))
        .map(service -> ProcessHandle.of(service.pid().orElseThrow()).orElseThrow())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no service " + name));
  }

  /** A request beside the state, written as text. */
  public Path request(String name, String yaml) {
    try {
      return Files.writeString(state.resolve(name), yaml, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    workers.forEach(Process::destroy);
    attempt("down");
    workers.forEach(worker -> assertThat(worker.onExit()).succeedsWithin(Duration.ofMinutes(1)));
    SharedServers.outOf(state);
  }
}
