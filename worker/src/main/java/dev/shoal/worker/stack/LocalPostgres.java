package dev.shoal.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * PostgreSQL in the state folder.
 *
 * <p>It listens on 127.0.0.1 only, and asks for a password nevertheless: other people may have
 * accounts on this machine, and the owner of a database can run programs as the owner of its
 * process. The password is random and in a file that only its owner reads. Writes are synced, so
 * {@code kill -9} loses nothing that was committed.
 */
final class LocalPostgres {

  static final String NAME = "postgres";

  private static final int DEFAULT_PORT = 15432; // 5432 is left to a PostgreSQL of the user's own
  private static final Duration LIMIT = Duration.ofSeconds(90); // recovery after a crash included
  private static final Duration ORPHANS = Duration.ofSeconds(15);
  private static final String OWNER = "shoal";

  private final StackFolder folder;
  private final OrdinaryUser user;
  private final LogFile log;
  private final Path data;
  private final Path password;

  LocalPostgres(StackFolder folder, OrdinaryUser user) {
    this.folder = folder;
    this.user = user;
    this.log = folder.log(NAME);
    this.data = folder.resolve("postgres/data");
    this.password = folder.resolve("postgres/password");
  }

  /** Starts the server unless it runs; the database is there when this returns. */
  void start(Consumer<String> progress) {
    if (process().isEmpty()) {
      log.rotate();
      long said = log.size();
      boolean isNew = !Files.exists(data);
      if (isNew) {
        progress.accept("Creating the database in " + data + " ...");
      } else {
        requireVersion();
      }
      Path bin = PostgresBinaries.unpack(folder.folder(NAME));
      if (isNew) {
        initialise(bin, said);
      }
      startServer(bin, said);
    }
    createDatabase();
  }

  private void initialise(Path bin, long said) {
    Path part = folder.resolve("postgres/data.part");
    try {
      PostgresBinaries.deleteTree(part); // left by a killed start
      writePassword();
      user.own(folder.resolve(NAME));
      run(
          said,
          bin.resolve("initdb").toString(),
          "-D",
          part.toString(),
          "-U",
          OWNER,
          "--pwfile=" + password,
          "--auth=scram-sha-256",
          "--encoding=UTF8",
          "--locale=C");
      Files.move(part, data);
    } catch (IOException e) {
      throw new StackException("Cannot create the database in " + data + " (" + e + ").", e);
    }
  }

  private void writePassword() throws IOException {
    byte[] secret = new byte[16];
    new SecureRandom().nextBytes(secret);
    Files.deleteIfExists(password);
    Files.createFile(
        password,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(password, HexFormat.of().formatHex(secret));
  }

  private void requireVersion() {
    String found = read(data.resolve("PG_VERSION"));
    if (!found.equals(Integer.toString(PostgresBinaries.MAJOR))) {
      throw new StackException(
          "%s was made by PostgreSQL %s, this Shoal brings PostgreSQL %d; export it with the older Shoal or move the folder away."
              .formatted(data, found, PostgresBinaries.MAJOR));
    }
  }

  /** After a crash the orphans of the old server hold its shared memory for a moment: try again. */
  private void startServer(Path bin, long said) {
    boolean crashed = forgetRecycledPid();
    int port = folder.ports().choose(NAME, DEFAULT_PORT);
    user.own(folder.resolve(NAME));
    List<String> start =
        user.command(
            bin.resolve("pg_ctl").toString(),
            "start",
            "-w",
            "-t",
            Long.toString(LIMIT.toSeconds()),
            "-D",
            data.toString(),
            "-o",
            "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=");
    Duration patience = crashed ? ORPHANS : Duration.ZERO;
    if (!Waiting.until(patience, () -> Processes.run(start, Map.of(), log, LIMIT) == 0)) {
      throw failed("start", said);
    }
  }

  /**
   * Whether the last server did not shut down. PostgreSQL refuses to start when the pid it left
   * behind belongs to any living process; that it is not our server is known here, so the file
   * goes.
   */
  private boolean forgetRecycledPid() {
    Path left = data.resolve("postmaster.pid");
    try {
      if (!Files.exists(left)) {
        return false;
      }
      String pid = Files.readString(left).lines().findFirst().orElse("0").strip();
      if (ProcessHandle.of(Long.parseLong(pid)).isPresent()) {
        Files.delete(left);
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NumberFormatException e) {
      return true; // PostgreSQL itself says what is wrong with the file
    }
  }

  private void createDatabase() {
    String maintenance = url("postgres");
    if (!Waiting.until(LIMIT, () -> answers(maintenance) || process().isEmpty())) {
      throw failed("answer", 0);
    }
    try (Connection connection = DriverManager.getConnection(maintenance);
        Statement statement = connection.createStatement()) {
      String known = "select 1 from pg_database where datname = '" + OWNER + "'";
      boolean missing;
      try (ResultSet rows = statement.executeQuery(known)) {
        missing = !rows.next();
      }
      if (missing) {
        statement.execute("create database " + OWNER);
      }
    } catch (SQLException e) {
      throw new StackException(
          "PostgreSQL at 127.0.0.1:%d refuses (%s); see %s."
              .formatted(port(), e.getMessage(), log.path()),
          e);
    }
  }

  /** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
  void stop() {
    Optional<ProcessHandle> running = process();
    if (running.isPresent()) {
      Path bin = PostgresBinaries.unpack(folder.folder(NAME));
      long said = log.size();
      run(
          said,
          bin.resolve("pg_ctl").toString(),
          "stop",
          "-w",
          "-m",
          "fast",
          "-t",
          Long.toString(LIMIT.toSeconds()),
          "-D",
          data.toString());
    }
  }

  ServiceStatus status() {
    return process()
        .map(
            found ->
                ServiceStatus.started(
                    NAME, answers(url(OWNER)), "127.0.0.1:" + port(), found, log.path()))
        .orElseGet(() -> ServiceStatus.stopped(NAME, log.path()));
  }

  /** JDBC URL of the running server, with its password; empty when it does not run. */
  Optional<String> url() {
    return process().map(found -> url(OWNER));
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s?user=%s&password=%s"
        .formatted(port(), database, OWNER, read(password));
  }

  private int port() {
    return Integer.parseInt(
        process().flatMap(found -> Processes.argument(found, "-p")).orElse("0"));
  }

  private Optional<ProcessHandle> process() {
    return Processes.find("postgres", "-D", data.toString());
  }

  static boolean answers(String url) {
    Properties patience = new Properties();
    patience.setProperty("connectTimeout", "2");
    patience.setProperty("loginTimeout", "3");
    try (Connection connection = DriverManager.getConnection(url, patience)) {
      return connection.isValid(2);
    } catch (SQLException e) {
      return false;
    }
  }

  private void run(long said, String... command) {
    if (Processes.run(user.command(command), Map.of(), log, LIMIT.plusSeconds(5)) != 0) {
      throw failed(Path.of(command[0]).getFileName().toString(), said);
    }
  }

  private StackException failed(String what, long said) {
    return new StackException(
        "PostgreSQL failed (" + what + "); its log is " + log.path() + log.said(said));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new StackException("Cannot read " + file + " (" + e + ").", e);
    }
  }
}
