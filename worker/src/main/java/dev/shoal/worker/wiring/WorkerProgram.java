package dev.shoal.worker.wiring;

import com.uber.m3.tally.NoopScope;
import com.uber.m3.tally.Scope;
import dev.shoal.activities.Activities;
import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.migrations.Database;
import dev.shoal.workflows.CompareImpl;
import dev.shoal.workflows.ReconstructImpl;
import dev.shoal.workflows.RetrainImpl;
import dev.shoal.workflows.TaskQueues;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker process: polls its queues until the process is told to stop. */
public final class WorkerProgram {

  /** A cold JVM on a busy machine takes longer than the default second for its first task. */
  private static final long DEADLOCK_MILLIS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(WorkerProgram.class);

  /** Tokenizing and hashing side by side; more would only compete for cores and memory. */
  private static final int CPU_SLOTS = 4;

  /** The device belongs to one stage at a time, whichever queue it came from. */
  private static final int DEVICE_SLOTS = 1;

  /** Freshness of the UI, and how soon an activity hears of a cancellation. */
  private static final Duration HEARTBEAT_EVERY = Duration.ofSeconds(5);

  /** A training step and its checkpoint. */
  private static final Duration GRACE = Duration.ofSeconds(50);

  private WorkerProgram() {}

  /** Name of this process in the UI. */
  public static String identity() {
    return "shoal@" + hostName() + "#" + ProcessHandle.current().pid();
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return ManagementFactory.getRuntimeMXBean().getName().replaceFirst(".*@", "");
    }
  }

  /**
   * Works until SIGTERM or Ctrl-C; then running activities write a checkpoint and leave.
   *
   * @param beside started with the database and closed before it
   * @throws dev.shoal.migrations.DatabaseSetupException unless the schema is current
   */
  public static void run(Settings settings, Function<Database, ? extends Closeable> beside)
      throws InterruptedException, IOException {
    Optional<WorkerMeters> meters = settings.metricsAddress().map(WorkerMeters::new);
    try {
      run(settings, beside, meters.map(WorkerMeters::scope).orElseGet(NoopScope::new));
    } finally {
      meters.ifPresent(WorkerMeters::close);
    }
  }

  private static void run(
      Settings settings, Function<Database, ? extends Closeable> beside, Scope meters)
      throws InterruptedException, IOException {
    try (Database database = Database.open(settings.database());
        TemporalConnection temporal = TemporalConnection.open(settings, identity(), meters)) {
      database.requireCurrent();
      temporal.registerSearchAttributes();
      List<String> queues = devices(settings).queues();
      try (Activities activities = new Wiring(settings).activities(database);
          Closeable started = beside.apply(database)) {
        LOG.debug("beside: {}", started);
        LOG.info(
            "{} polls {}, {}; data roots {}, artifacts {}",
            identity(),
            TaskQueues.SHOAL,
            String.join(", ", queues),
            settings.dataRoots(),
            settings.artifacts());
        work(factory(temporal, activities, queues));
      }
    }
  }

  /** Tells what the worker computes on, after a test of it; a GPU that lies idle is told, too. */
  private static WorkerDevices devices(Settings settings) {
    DeviceReport report = DeviceReport.look(settings);
    report.unused().ifPresent(LOG::warn);
    LOG.info("engine {}, computes on {}", report.engine().version(), report.tested());
    return report.devices();
  }

  private static void work(WorkerFactory factory) throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(factory, stopped), "shutdown"));
    factory.start();
    stopped.await();
  }

  private static WorkerFactory factory(
      TemporalConnection temporal, Activities activities, List<String> queues) {
    WorkerFactory factory = WorkerFactory.newInstance(temporal.client());
    Worker shoal = factory.newWorker(TaskQueues.SHOAL, options(CPU_SLOTS));
    shoal.registerWorkflowImplementationTypes(
        ReconstructImpl.class, RetrainImpl.class, CompareImpl.class);
    shoal.registerActivitiesImplementations(activities.light());
    for (String queue : queues) {
      factory
          .newWorker(queue, options(DEVICE_SLOTS))
          .registerActivitiesImplementations(activities.onDevice());
    }
    return factory;
  }

  private static WorkerOptions options(int slots) {
    return WorkerOptions.newBuilder()
        .setDefaultDeadlockDetectionTimeout(DEADLOCK_MILLIS)
        .setMaxConcurrentActivityExecutionSize(slots)
        .setMaxHeartbeatThrottleInterval(HEARTBEAT_EVERY)
        .build();
  }

  /** Heartbeats throw once the factory shuts down: that is how activities learn of it. */
  private static void stop(WorkerFactory factory, CountDownLatch stopped) {
    LOG.info("stopping: running stages write a checkpoint");
    factory.shutdown();
    factory.awaitTermination(GRACE.toSeconds(), TimeUnit.SECONDS);
    if (!factory.isTerminated()) {
      LOG.warn("a stage did not stop within {} s; its last checkpoint counts", GRACE.toSeconds());
      factory.shutdownNow();
    }
    LOG.info("stopped");
    stopped.countDown();
  }
}
