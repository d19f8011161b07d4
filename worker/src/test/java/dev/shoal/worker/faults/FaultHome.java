package dev.shoal.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.worker.TestHome;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A local stack whose worker stops at points that a test names. */
final class FaultHome implements AutoCloseable {

  /** Two data sets, every stage, 16 and 24 steps. */
  static final String REQUEST =
      """
      recipe: domains-2026.1
      name: pico
      model: %1$s/model
      datasets:
        - {name: code, path: "%1$s/corpora/code"}
        - {name: sql, path: "%1$s/corpora/sql"}
      experts: {num_experts: 2}
      calibration: {windows: 8, window_tokens: 64, affinity_windows: 2}
      training:
        router_tokens: 16384
        expert_tokens: 24576
        batch_tokens: 1024
        sequence_tokens: 64
        weights: lora
      evaluation: {windows: 2, window_tokens: 64}
      checkpoint: {every_seconds: 1}
      """
          .formatted(TestHome.sample());

  /** Every stage, in the order of a run. */
  static final List<String> STAGES =
      List.of(
          "tokenize",
          "calibrate",
          "affinity",
          "group",
          "build experts",
          "reassemble",
          "train router",
          "train experts",
          "evaluate",
          "export",
          "report");

  /** Work of whatever stage, for {@link #work}. */
  static final String ANY = "any.committed";

  private static final int STEPS = 16 + 24;

  /** On a busy machine a run alone takes minutes. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  /** Nobody may take the port of a server that is down: each home has ports of its own. */
  private static final AtomicInteger HOMES = new AtomicInteger();

  final TestHome home;
  private final Path state;
  private final Path faults;
  private final String database;
  private String workflow;

  FaultHome(Path state) throws IOException {
    this(state, Map.of());
  }

  FaultHome(Path state, Map<String, String> variables) throws IOException {
    this.state = state;
    this.faults = Files.createDirectories(state.resolve("faults"));
    Map<String, String> all = new HashMap<>(variables);
    all.put(FaultPoint.VARIABLE, faults.toString());
    all.put("JAVA_TOOL_OPTIONS", "-javaagent:%s=script:%s".formatted(byteman(), rules()));
    all.put("OMP_NUM_THREADS", "1");
    int number = HOMES.incrementAndGet();
    long first = ProcessHandle.current().pid() % 90 * 10 + number;
    Files.writeString(
        state.resolve("ports.json"),
        "{\"temporal\": %d, \"postgres\": %d}".formatted(20_000 + first, 30_000 + first));
    home = new TestHome(state, all);
    home.shoal("up", "-d");
    database = home.endpoints().databaseUrl();
  }

  private static String byteman() {
    return Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
        .filter(path -> path.contains("byteman"))
        .findFirst()
        .orElseThrow();
  }

  private static String rules() {
    try {
      return Path.of(FaultHome.class.getResource("faults.btm").toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts the run and does not wait for it; returns the workflow's id. */
  String start(String... more) {
    return startRequest(REQUEST, more);
  }

  /** Starts another. */
  String startRequest(String request, String... more) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("run", home.request("pico.yaml", request).toString()));
    command.addAll(List.of("--detach", "--json"));
    command.addAll(List.of(more));
    workflow = home.shoal(command.toArray(String[]::new)).json().path("workflow").asText();
    return workflow;
  }

  /** The worker shall stop when it gets there next. */
  void arm(String point) throws IOException {
    Files.createFile(faults.resolve(point));
  }

  void awaitReached(String point) throws Exception {
    assertThat(log()).doesNotContain("Rule.ensureTypeChecked");
    Path file = FaultPoint.reachedFile(faults, point);
    await("the worker at " + point, PATIENCE, () -> Files.deleteIfExists(file));
  }

  /** Lets a worker go that was stopped at a point. */
  void release(String point) throws IOException {
    Files.createFile(FaultPoint.goFile(faults, point));
  }

  /** Makes each step take four seconds more, or no longer. */
  void slow(boolean on) throws IOException {
    Path slow = faults.resolve(FaultPoint.SLOW);
    if (on) {
      Files.createFile(slow);
    } else {
      Files.delete(slow);
    }
  }

  /** Lets every worker that starts from now on pass for one with newer code of every stage. */
  void newerCode() throws IOException {
    Files.createFile(faults.resolve(FaultPoint.NEWER));
  }

  /** Waits until the worker's log says it. */
  void awaitLog(String text) throws Exception {
    await("the log: " + text, PATIENCE, () -> log().contains(text));
  }

  private String log() throws IOException {
    return Files.readString(state.resolve("logs").resolve("worker.log"));
  }

  /** Waits until something is so; returns the seconds that it took. */
  static double await(String what, Duration limit, Callable<Boolean> so) throws Exception {
    long begin = System.nanoTime();
    while (!so.call()) {
      assertThat(System.nanoTime() - begin).as(what).isLessThan(limit.toNanos());
      Thread.sleep(200);
    }
    return (System.nanoTime() - begin) / 1e9;
  }

  /**
   * How often work was claimed of the stage that a point belongs to; where that stage is done, of
   * any, and how many runs are through.
   */
  long work(String point) throws SQLException {
    if (point.endsWith(".committed")) {
      return number("select count(*) from shoal.attempt")
          + number("select count(*) from shoal.run where status = 'SUCCEEDED'");
    }
    String stage = point.startsWith("checkpoint") ? "train%" : point.replaceFirst("\\..*", "");
    return number(
        "select count(*) from shoal.attempt join shoal.computation using (key)"
            + " where stage_name like '%s'".formatted(stage));
  }

  /** Seconds until it is claimed once more. */
  double awaitWork(String point, long before) throws Exception {
    return await("work after " + point, PATIENCE, () -> work(point) > before);
  }

  static void signal(String name, ProcessHandle process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  long number(String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  void execute(String statement) throws SQLException {
    try (Connection connection = DriverManager.getConnection(database);
        Statement run = connection.createStatement()) {
      run.execute(statement);
    }
  }

  /** Steps done so far, and how many of them were done before. */
  record Steps(long done, long repeated) {}

  Steps steps() throws IOException {
    Path file = faults.resolve("steps");
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    return new Steps(lines.size(), lines.size() - new HashSet<>(lines).size());
  }

  void awaitSteps(long done) throws Exception {
    await("step " + done, PATIENCE, () -> steps().done() >= done);
  }

  /** Waits for the run's end; every number and artifact must be there once and as recorded. */
  JsonNode finish() throws Exception {
    return finish(STEPS);
  }

  JsonNode finish(int steps) throws Exception {
    JsonNode result = home.shoal("watch", workflow, "--json").json();
    checkBooks(steps);
    return result;
  }

  /** No step's loss lost or written twice; every artifact that is booked is there, and whole. */
  void checkBooks() throws Exception {
    checkBooks(STEPS);
  }

  private void checkBooks(int steps) throws Exception {
    assertThat(number("select count(*) from shoal.metric where name = 'loss'")).isEqualTo(steps);
    assertThat(number("select count(distinct (key, name, step)) from shoal.metric"))
        .isEqualTo(number("select count(*) from shoal.metric"));
    checkArtifacts();
  }

  void checkArtifacts() throws Exception {
    for (Path folder : artifacts()) {
      String digest = folder.getFileName().toString();
      assertThat(FolderManifest.of(folder).sha256()).isEqualTo(digest);
    }
    long booked =
        number("select count(*) from shoal.artifact_location where uri like '%/objects/%'");
    assertThat(artifacts()).hasSizeGreaterThanOrEqualTo(Math.toIntExact(booked));
  }

  private List<Path> artifacts() throws IOException {
    try (Stream<Path> folders = Files.walk(home.artifacts().resolve("objects"), 2)) {
      return folders.filter(f -> f.getFileName().toString().length() == 64).toList();
    }
  }

  /** Everything that the exported model was made from, by stage and digest, in no order. */
  List<String> lineage(JsonNode result) {
    return home.shoal("lineage", result.path("run").asText())
        .out()
        .lines()
        .map(line -> line.strip().replaceAll(", run .*", ""))
        .filter(line -> line.matches("\\D.* \\p{XDigit}{12}  (by|from) .*"))
        .sorted()
        .distinct()
        .toList();
  }

  Path state() {
    return state;
  }

  @Override
  public void close() {
    home.close();
  }
}
