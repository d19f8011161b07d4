package dev.shoal.migrations;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** One claim, decided under the lock of its computation. */
final class ClaimTransaction {

  private static final String ENSURE =
      """
      insert into shoal.computation (key, key_document, stage_name, code_version)
      values (:key, :keyDocument, :stageName, :codeVersion)
      on conflict do nothing
      """;

  /** The lock keeps the bytes from being given up while the result is being reused. */
  private static final String OUTPUTS_KEPT =
      """
      select artifact.deleted_at is null
      from shoal.stage_artifact
      join shoal.artifact using (sha256)
      where stage_artifact.stage_id = :stage and stage_artifact.direction = 'OUT'
      for key share of artifact
      """;

  private static final String BUSY =
      """
      select lease_owner as worker, stage.run_id, lease_until as until,
        extract(epoch from lease_until - clock_timestamp())::double precision as seconds
      from shoal.computation
      join shoal.stage on stage.stage_id = lease_stage
      where key = :key and lease_until > clock_timestamp() and lease_stage <> :stage
      """;

  private static final String TAKE =
      """
      update shoal.computation
      set status = 'RUNNING',
          lease_epoch = lease_epoch + 1,
          lease_owner = :worker,
          lease_stage = :stage,
          lease_until = clock_timestamp() + make_interval(secs => :seconds),
          forgiven_epoch = case when output is null then forgiven_epoch else lease_epoch end,
          output = null, seconds = null, origin_run = null, origin_stage = null, finished_at = null
      where key = :key
      returning lease_epoch
      """;

  private static final String LOSE_OLDER =
      """
      update shoal.attempt
      set outcome = 'LOST', ended_at = clock_timestamp()
      where key = :key and outcome = 'RUNNING'
      """;

  private static final String BEGIN_STAGE =
      """
      update shoal.stage
      set computation_key = :key, status = 'RUNNING', reused_from = null, reason = null, ended_at = null
      where stage_id = :stage
      """;

  /** Attempts in a row, up to the newest, that began from the same checkpoint. */
  private static final String WITHOUT_PROGRESS =
      """
      select count(*) filter (where outcome = 'FAILED') as failures,
        count(*) filter (where outcome = 'LOST') as losses
      from shoal.attempt
      where key = :key and epoch > greatest(
        (select forgiven_epoch from shoal.computation where key = :key),
        (select max(epoch) from shoal.attempt
         where key = :key and resumed_from_step is distinct from :step))
      """;

  private static final String BEGIN_ATTEMPT =
      """
      insert into shoal.attempt (key, epoch, stage_id, worker, task_queue, temporal_run_id,
        activity_id, temporal_attempt, environment_sha256, resumed_from_step, started_at)
      values (:key, :epoch, :stageId, :worker, :taskQueue, :temporalRunId,
        :activityId, :attempt, :environment, :step, clock_timestamp())
      """;

  private final Handle handle;
  private final ClaimRequest request;
  private final ComputationLock lock;

  ClaimTransaction(Handle handle, ClaimRequest request) {
    this.handle = handle;
    this.request = request;
    this.lock = new ComputationLock(handle, request.key());
  }

  ClaimOutcome decide() {
    handle.createUpdate(ENSURE).bindMethods(request).execute();
    ComputationRow computation = lock.read().orElseThrow();
    Optional<UUID> edges = keptResult(computation);
    if (edges.isPresent()) {
      return reuse(computation, edges.get());
    }
    return busy().orElseGet(() -> take(computation));
  }

  private Optional<UUID> keptResult(ComputationRow computation) {
    if (computation.status() != ComputationRow.Status.SUCCEEDED) {
      return Optional.empty();
    }
    return lock.edgesFrom(computation)
        .filter(
            stage ->
                handle.createQuery(OUTPUTS_KEPT).bind("stage", stage).mapTo(Boolean.class).stream()
                    .allMatch(kept -> kept));
  }

  private ClaimOutcome reuse(ComputationRow computation, UUID edgesFrom) {
    lock.reuse(request.owner().stageId(), edgesFrom, computation);
    return new ClaimOutcome.Done(
        new Claim(computation.key(), computation.leaseEpoch()),
        computation.output().orElseThrow(),
        computation.originRun().orElseThrow(),
        computation.originStage().orElseThrow());
  }

  private Optional<ClaimOutcome> busy() {
    return handle
        .createQuery(BUSY)
        .bind("key", request.key())
        .bind("stage", request.owner().stageId())
        .map((row, context) -> busy(row))
        .findOne();
  }

  private static ClaimOutcome busy(ResultSet row) throws SQLException {
    return new ClaimOutcome.Busy(
        row.getString("worker"),
        row.getObject("run_id", UUID.class),
        row.getTimestamp("until").toInstant(),
        Duration.ofMillis((long) Math.ceil(row.getDouble("seconds") * 1000)));
  }

  private ClaimOutcome take(ComputationRow computation) {
    beginStage();
    handle.createUpdate(LOSE_OLDER).bind("key", request.key()).execute();
    Claim claim = new Claim(request.key(), raiseEpoch());
    Optional<Long> step = computation.checkpoints().stream().findFirst().map(Checkpoint::step);
    Streak streak = streak(step);
    beginAttempt(claim, step);
    MetricStore.deleteAfter(handle, request.key(), step);
    return new ClaimOutcome.Claimed(
        claim, computation.checkpoints(), streak.failures(), streak.losses());
  }

  private void beginStage() {
    UUID stage = request.owner().stageId();
    int found =
        handle.createUpdate(BEGIN_STAGE).bind("key", request.key()).bind("stage", stage).execute();
    if (found == 0) {
      throw new IllegalStateException("stage " + stage + " must be started before it claims");
    }
  }

  private long raiseEpoch() {
    return handle
        .createQuery(TAKE)
        .bind("key", request.key())
        .bind("worker", request.owner().worker())
        .bind("stage", request.owner().stageId())
        .bind("seconds", request.leaseSeconds())
        .mapTo(Long.class)
        .one();
  }

  private Streak streak(Optional<Long> step) {
    return handle
        .createQuery(WITHOUT_PROGRESS)
        .bind("key", request.key())
        .bind("step", step.orElse(null))
        .map((row, context) -> new Streak(row.getInt("failures"), row.getInt("losses")))
        .one();
  }

  private void beginAttempt(Claim claim, Optional<Long> step) {
    handle
        .createUpdate(BEGIN_ATTEMPT)
        .bindMethods(request.owner())
        .bindMethods(claim)
        .bind("environment", request.environmentSha256().orElse(null))
        .bind("step", step.orElse(null))
        .execute();
  }

  /** Earlier attempts in a row that ended where they began. */
  private record Streak(int failures, int losses) {}
}
