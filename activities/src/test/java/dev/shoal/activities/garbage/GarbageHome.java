package dev.shoal.activities.garbage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.activities.store.ArtifactStore;
import dev.shoal.activities.store.DigestMemory;
import dev.shoal.activities.store.FolderArtifactStore;
import dev.shoal.migrations.Claim;
import dev.shoal.migrations.ClaimRequest;
import dev.shoal.migrations.Commit;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.DatabaseSettings;
import dev.shoal.migrations.NewArtifact;
import dev.shoal.migrations.RunStart;
import dev.shoal.models.checkpoint.Sha256;
import dev.shoal.workflows.ArtifactRef;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A database and a store, and stages that claim, store and commit as a worker does. */
final class GarbageHome implements AutoCloseable {

  static final ObjectMapper JSON = new ObjectMapper();

  final Path root;
  final Database database;
  final ArtifactStore store;

  /** An empty store, and the one server's database with nothing in it. */
  GarbageHome(Path root) {
    this.root = root;
    DatabaseSettings settings = Holder.settings();
    database = Database.open(settings);
    database.migrate();
    try {
      execute("truncate shoal.run, shoal.artifact, shoal.computation, shoal.pin cascade");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    store = new FolderArtifactStore(root, new DigestMemory(root.resolve("digests")));
  }

  String url() {
    return Holder.settings().url();
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url(), "postgres", "postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static final class Holder {
    static final EmbeddedPostgres SERVER = start();

    static DatabaseSettings settings() {
      return new DatabaseSettings(
          "jdbc:postgresql://localhost:%d/postgres".formatted(SERVER.getPort()),
          "postgres",
          "postgres");
    }

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder().start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  DigestMemory digests() {
    return new DigestMemory(root.resolve("digests"));
  }

  UUID run(String workflow) {
    return database
        .runs()
        .create(
            new RunStart(
                "default",
                workflow,
                workflow,
                workflow,
                Optional.empty(),
                List.of(),
                json("{}"),
                Optional.empty()));
  }

  void end(UUID run) {
    database.runs().succeed(run, json("{}"));
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String key(String text) {
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The claim of a stage whose computation is named by the text. */
  ClaimRequest request(UUID run, String text) {
    UUID stage = database.stages().start(run, text, "");
    return new ClaimRequest(
        key(text),
        json("{}"),
        text,
        "1",
        new ClaimRequest.Owner(stage, "worker", "shoal", "run", "1", 1),
        60,
        Optional.empty());
  }

  /** A stage from claim to commit; the artifact says what the text says. */
  ArtifactRef stage(UUID run, String text) {
    return database
        .computations()
        .claim(request(run, text))
        .fold(
            done -> reuse(run, text, done.claim(), done.output()),
            claimed -> compute(claimed.claim(), text),
            busy -> null);
  }

  private ArtifactRef reuse(UUID run, String text, Claim claim, JsonNode output) {
    ArtifactRef artifact = JSON.convertValue(output, ArtifactRef.class);
    try {
      store.open(artifact);
      return artifact;
    } catch (RuntimeException e) {
      database.computations().invalidate(claim, json("{\"message\": \"damaged\"}"));
      throw new IllegalStateException("reused and not whole: " + text + " of " + run, e);
    }
  }

  private ArtifactRef compute(Claim claim, String text) {
    ArtifactRef artifact = put(claim.key() + "-" + claim.epoch(), text);
    commit(claim, artifact);
    return artifact;
  }

  ArtifactRef put(String work, String text) {
    try {
      Path folder = store.workFolder(work);
      Files.writeString(folder.resolve("content.txt"), text);
      return store.put(folder, "tokens");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void commit(Claim claim, ArtifactRef artifact) {
    NewArtifact added =
        new NewArtifact(
            artifact.sha256(), artifact.kind(), "x/y", artifact.bytes(), Optional.empty());
    Commit.OutputArtifact output =
        new Commit.OutputArtifact(
            "made", added, store.locate(artifact.sha256()).toUri().toString());
    database
        .computations()
        .commit(
            claim,
            new Commit(JSON.valueToTree(artifact), 1, List.of(), List.of(output), List.of()));
  }

  GarbageCollection collection(Duration grace, Consumer<String> witness) {
    return new GarbageCollection(database, root, grace, witness);
  }

  /** As if everything had been stored long ago. */
  void age(Duration age) throws IOException {
    FileTime then = FileTime.from(Instant.now().minus(age));
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.setLastModifiedTime(path, then);
      }
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
