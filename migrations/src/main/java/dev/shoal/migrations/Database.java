package dev.shoal.migrations;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The database, from opening to closing. Start reading here.
 *
 * <pre>{@code
 * try (Database database = Database.open(settings)) {
 *   database.requireCurrent();
 *   UUID run = database.runs().create(start);
 * }
 * }</pre>
 *
 * <p>Everything handed out may be used by many threads. Any call may throw {@link
 * DatabaseUnavailableException}, and every write may be repeated.
 */
public final class Database implements AutoCloseable {

  private static final int CONNECTIONS = 8;
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  /** Longer than the statement limit, so that only a dead network is cut off by it. */
  private static final Duration SOCKET_LIMIT = Duration.ofSeconds(90);

  /** A worker that is frozen inside a transaction must not hold a row for ever. */
  private static final String SESSION_LIMITS =
      """
      set statement_timeout = '60s';
      set idle_in_transaction_session_timeout = '60s'
      """;

  private final HikariDataSource pool;
  private final Sessions sessions;
  private final Schema schema;

  private Database(HikariDataSource pool, DatabaseSettings settings) {
    this.pool = pool;
    this.sessions = new Sessions(jdbi(pool), settings);
    this.schema = new Schema(plain(settings), settings);
  }

  /**
   * Connects. The schema is neither looked at nor changed.
   *
   * @throws DatabaseUnavailableException if nothing answers there
   * @throws DatabaseSetupException if the login or the database is refused
   */
  public static Database open(DatabaseSettings settings) {
    return Sessions.telling(settings, () -> new Database(pool(settings), settings));
  }

  /**
   * Creates or upgrades the schema {@code shoal}; a schema that is current stays untouched.
   *
   * @return number of scripts applied
   * @throws DatabaseSetupException if a newer Shoal has been here
   */
  public int migrate() {
    return schema.migrate();
  }

  /**
   * Checks that the schema is exactly the one this program was built with.
   *
   * @throws DatabaseSetupException naming what differs and what to do
   */
  public void requireCurrent() {
    schema.requireCurrent();
  }

  /** Runs: one execution of the whole method each. */
  public RunStore runs() {
    return new RunStore(sessions);
  }

  /** Stages: the steps of a run. */
  public StageStore stages() {
    return new StageStore(sessions);
  }

  /** Computations: claim, work, commit. */
  public ComputationStore computations() {
    return new ComputationStore(sessions);
  }

  /** Checkpoints that another run may begin from. */
  public CheckpointStore checkpoints() {
    return new CheckpointStore(sessions);
  }

  /** Numbers observed while computing. */
  public MetricStore metrics() {
    return new MetricStore(sessions);
  }

  /** Artifacts and where their bytes are. */
  public ArtifactCatalog artifacts() {
    return new ArtifactCatalog(sessions);
  }

  /** What lies in the artifact store. */
  public StoredArtifacts stored() {
    return new StoredArtifacts(sessions);
  }

  /** What was made from what. */
  public LineageStore lineage() {
    return new LineageStore(sessions);
  }

  /** Machines and software that attempts ran on. */
  public EnvironmentStore environments() {
    return new EnvironmentStore(sessions);
  }

  /** What garbage collection must leave alone. */
  public PinStore pins() {
    return new PinStore(sessions);
  }

  /** Names that people gave to artifacts. */
  public TagStore tags() {
    return new TagStore(sessions);
  }

  /**
   * What may be deleted, marked now; the caller closes it.
   *
   * @throws DatabaseSetupException if another collection is at work
   */
  public Garbage garbage(Retention retention) {
    return new Garbage(sessions, retention);
  }

  /** Messages that wait to be sent to other systems. */
  public Outbox outbox() {
    return new Outbox(sessions);
  }

  /** Gives all connections back. */
  @Override
  public void close() {
    pool.close();
  }

  private static HikariDataSource pool(DatabaseSettings settings) {
    PGSimpleDataSource source = plain(settings);
    source.setSocketTimeout((int) SOCKET_LIMIT.toSeconds());
    HikariConfig config = new HikariConfig();
    config.setPoolName("shoal");
    config.setDataSource(source);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONNECT_LIMIT.toMillis());
    config.setConnectionInitSql(SESSION_LIMITS);
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      throw new IllegalStateException("no first connection", e);
    }
  }

  private static PGSimpleDataSource plain(DatabaseSettings settings) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(settings.url());
    source.setUser(settings.user());
    source.setPassword(settings.password());
    source.setApplicationName("shoal");
    source.setConnectTimeout((int) CONNECT_LIMIT.toSeconds());
    source.setTcpKeepAlive(true);
    return source;
  }

  private static Jdbi jdbi(HikariDataSource pool) {
    return Jdbi.create(pool)
        .installPlugin(new JsonColumns())
        .registerArrayType(String.class, "text")
        .registerArrayType(Long.class, "int8")
        .registerArrayType(Double.class, "float8");
  }
}
