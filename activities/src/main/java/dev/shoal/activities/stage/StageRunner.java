package dev.shoal.activities.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.store.ArtifactDamagedException;
import dev.shoal.activities.store.ArtifactStore;
import dev.shoal.migrations.Claim;
import dev.shoal.migrations.ClaimOutcome;
import dev.shoal.migrations.ClaimRequest;
import dev.shoal.migrations.Commit;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.NewArtifact;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.stages.StageOutcome;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.client.ActivityCompletionException;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claim, work, commit: runs a stage's work at most once for its key in the whole database, and lets
 * it go on from its last checkpoint when an attempt dies. Open for a test that asks what would be
 * computed.
 */
public class StageRunner {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Logger LOG = LoggerFactory.getLogger(StageRunner.class);

  /** So many attempts in a row from the same checkpoint end the stage. */
  private static final int FAILURES = 3;

  /** Vanished workers have a limit of their own: a reboot is not the stage's fault. */
  private static final int LOSSES = 25;

  private static final int TURN_SECONDS = 5;

  private final Database database;
  private final ArtifactStore store;
  private final WorkerIdentity worker;
  private final ReentrantLock device = new ReentrantLock(true);

  /** A runner for all stages of this worker. */
  public StageRunner(Database database, ArtifactStore store, WorkerIdentity worker) {
    this.database = database;
    this.store = store;
    this.worker = worker;
  }

  /** The stage's outcome; null if the work is unfinished and the lease was given back. */
  public StageOutcome run(StageSpec spec, StageWork work) {
    try {
      UUID run = UUID.fromString(spec.run().runId());
      UUID stage = database.stages().start(run, spec.code().stageName(), spec.shard());
      StageKey key = StageKey.of(spec, worker.engine());
      return database
          .computations()
          .claim(claimRequest(spec, key, stage))
          .fold(
              done -> reuse(spec, work, stage, done),
              claimed -> compute(spec, work, claimed),
              StageRunner::busy);
    } catch (RuntimeException e) {
      throw Failures.translate(e);
    }
  }

  private ClaimRequest claimRequest(StageSpec spec, StageKey key, UUID stage) {
    database.environments().record(worker.environmentSha256(), worker.environment());
    ActivityInfo info = Activity.getExecutionContext().getInfo();
    return new ClaimRequest(
        key.sha256(),
        key.document(),
        spec.code().stageName(),
        Integer.toString(spec.code().version()),
        new ClaimRequest.Owner(
            stage,
            worker.name(),
            info.getActivityTaskQueue(),
            info.getWorkflowRunId(),
            info.getActivityId(),
            info.getAttempt()),
        Pulse.LEASE_SECONDS,
        Optional.of(worker.environmentSha256()));
  }

  private StageOutcome reuse(StageSpec spec, StageWork work, UUID stage, ClaimOutcome.Done done) {
    Output output = JSON.convertValue(done.output(), Output.class);
    try {
      if (output.artifact() != null) {
        store.open(output.artifact());
      }
    } catch (ArtifactDamagedException e) {
      LOG.warn("{}; it is computed again", e.getMessage());
      database.computations().invalidate(done.claim(), message(e.getMessage()));
      return run(spec, work);
    }
    boolean reused = !done.originStage().equals(stage);
    String origin = done.originRun().toString().substring(0, 8); // as commands take it
    String note = reused ? "from run " + origin + suffix(output.note()) : output.note();
    return new StageOutcome(output.artifact(), reused, note);
  }

  private static String suffix(String note) {
    return note.isEmpty() ? "" : "; " + note;
  }

  private static StageOutcome busy(ClaimOutcome.Busy busy) {
    throw ApplicationFailure.newBuilder()
        .setMessage(
            "%s of run %s is at this computation until %s; waiting"
                .formatted(busy.worker(), busy.runId(), busy.until()))
        .setType(FailureTypes.BUSY)
        .setCategory(ApplicationErrorCategory.BENIGN)
        .setNextRetryDelay(min(busy.remaining().plusSeconds(1), Duration.ofSeconds(15)))
        .build();
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private StageOutcome compute(StageSpec spec, StageWork work, ClaimOutcome.Claimed claimed) {
    Claim claim = claimed.claim();
    checkProgress(spec, claimed);
    long begin = System.nanoTime();
    String meter = spec.code().stageName();
    ActivityExecutionContext temporal = Activity.getExecutionContext();
    try (Pulse pulse = new Pulse(temporal, database.computations(), claim, meter)) {
      TrainingNews news = new TrainingNews(temporal.getWorkflowClient(), spec.run().workflowId());
      StageContext context =
          new StageContext(database, store, claim, claimed.checkpoints(), pulse, news);
      StageWork.Result result = onDevice(spec, work, context);
      if (!result.done()) {
        database.computations().release(claim);
        StageMeters.ended(meter, "unfinished", begin);
        return null;
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      StageOutcome outcome = commit(spec, context, claim, result, seconds);
      StageMeters.ended(meter, "computed", begin);
      return outcome;
    } catch (ActivityCompletionException e) {
      StageMeters.ended(meter, "stopped", begin);
      boolean ours = database.computations().release(claim);
      LOG.info(
          "{} {} stops: {}",
          spec.code().stageName(),
          spec.shard(),
          ours ? e.getClass().getSimpleName() : "it was superseded, another attempt has the work");
      throw e;
    } catch (Exception e) {
      StageMeters.ended(meter, "failed", begin);
      RuntimeException failure = Failures.translate(e);
      LOG.warn("{} {} failed: {}", spec.code().stageName(), spec.shard(), failure.getMessage());
      database.computations().fail(claim, message(String.valueOf(failure.getMessage())));
      throw failure;
    }
  }

  /** Stages from several queues take turns; waiting counts as progress. */
  private StageWork.Result onDevice(StageSpec spec, StageWork work, StageContext context)
      throws Exception {
    if (!spec.code().onDevice()) {
      return work.compute(context);
    }
    while (!device.tryLock(TURN_SECONDS, TimeUnit.SECONDS)) {
      context.report("waiting for the device", 0, 0);
    }
    try {
      return work.compute(context);
    } finally {
      device.unlock();
    }
  }

  private void checkProgress(StageSpec spec, ClaimOutcome.Claimed claimed) {
    boolean failing = claimed.failuresWithoutProgress() >= FAILURES;
    if (failing || claimed.lossesWithoutProgress() >= LOSSES) {
      database.computations().release(claimed.claim());
      database.computations().forgive(claimed.claim().key());
      throw ApplicationFailure.newNonRetryableFailure(
          "%s %s: %d attempts in a row %s without getting further; see the worker's log, then retry, skip or abort"
              .formatted(
                  spec.code().stageName(),
                  spec.shard(),
                  failing ? claimed.failuresWithoutProgress() : claimed.lossesWithoutProgress(),
                  failing ? "failed" : "vanished"),
          FailureTypes.NO_PROGRESS);
    }
  }

  private StageOutcome commit(
      StageSpec spec, StageContext context, Claim claim, StageWork.Result result, double seconds) {
    ArtifactRef artifact =
        result.withoutOutput() ? null : store.put(context.folder(), spec.code().kind());
    Commit commit =
        new Commit(
            JSON.valueToTree(new Output(artifact, result.note())),
            seconds,
            inputs(spec),
            outputs(artifact),
            context.pendingMetrics());
    Output counted = JSON.convertValue(database.computations().commit(claim, commit), Output.class);
    return new StageOutcome(counted.artifact(), false, counted.note());
  }

  private static List<Commit.InputArtifact> inputs(StageSpec spec) {
    return spec.inputs().stream()
        .map(i -> new Commit.InputArtifact(i.role(), i.artifact().sha256()))
        .toList();
  }

  private List<Commit.OutputArtifact> outputs(ArtifactRef artifact) {
    if (artifact == null) {
      return List.of();
    }
    NewArtifact added =
        new NewArtifact(
            artifact.sha256(),
            artifact.kind(),
            "application/vnd.shoal.manifest+json",
            artifact.bytes(),
            Optional.empty());
    return List.of(
        new Commit.OutputArtifact(
            artifact.kind(), added, store.locate(artifact.sha256()).toUri().toString()));
  }

  private static ObjectNode message(String text) {
    return JsonNodeFactory.instance.objectNode().put("message", text);
  }

  /**
   * What is stored as a computation's answer.
   *
   * @param artifact the output; null where there is a reason for having none
   * @param note the reason, or empty
   */
  record Output(ArtifactRef artifact, String note) {}

  /** The settings of a record as JSON, for a key. */
  public static ObjectNode settings(Object settings) {
    JsonNode tree = JSON.valueToTree(settings);
    return (ObjectNode) tree;
  }
}
