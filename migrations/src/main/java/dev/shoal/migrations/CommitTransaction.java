package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** One commit, decided under the lock of its computation. */
final class CommitTransaction {

  private static final String STAGE_OF_ATTEMPT =
      """
      select stage_id from shoal.attempt where key = :key and epoch = :epoch
      """;

  private static final String SUCCEED =
      """
      update shoal.computation
      set status = 'SUCCEEDED',
          output = :output,
          seconds = :seconds,
          origin_stage = :stage,
          origin_run = (select run_id from shoal.stage where stage_id = :stage),
          finished_at = clock_timestamp(),
          lease_owner = null, lease_stage = null, lease_until = null
      where key = :key and lease_epoch = :epoch
      """;

  private static final String END_ATTEMPT =
      """
      update shoal.attempt
      set outcome = 'SUCCEEDED', ended_at = clock_timestamp()
      where key = :key and epoch = :epoch
      """;

  private static final String END_STAGE =
      """
      update shoal.stage
      set status = 'COMPUTED', ended_at = clock_timestamp()
      where stage_id = :stage
      """;

  private static final String TELL =
      """
      insert into shoal.outbox (topic, dedup_key, payload)
      values ('stage.computed', :dedupKey, :payload)
      on conflict do nothing
      """;

  private final Handle handle;
  private final Claim claim;
  private final ComputationLock lock;

  CommitTransaction(Handle handle, Claim claim) {
    this.handle = handle;
    this.claim = claim;
    this.lock = new ComputationLock(handle, claim.key());
  }

  JsonNode write(Commit commit) {
    ComputationRow computation = lock.read().orElseThrow(() -> new SupersededException(claim));
    if (computation.status() == ComputationRow.Status.SUCCEEDED) {
      return stored(computation);
    }
    if (!computation.isHeldBy(claim)) {
      throw new SupersededException(claim);
    }
    UUID stage = computation.leaseStage().orElseThrow();
    new Edges(handle, stage).replace(commit.inputs(), commit.outputs());
    MetricStore.write(handle, claim, commit.metrics());
    end(stage, commit);
    tell(stage);
    return commit.output();
  }

  /** The result is there, from this attempt or from a newer one: the asking stage shares it. */
  private JsonNode stored(ComputationRow finished) {
    Optional<UUID> stage = stageOfAttempt();
    Optional<UUID> edgesFrom = lock.edgesFrom(finished);
    if (stage.isPresent() && edgesFrom.isPresent()) {
      lock.reuse(stage.get(), edgesFrom.get(), finished);
    }
    return finished.output().orElseThrow();
  }

  private Optional<UUID> stageOfAttempt() {
    return handle.createQuery(STAGE_OF_ATTEMPT).bindMethods(claim).mapTo(UUID.class).findOne();
  }

  private void end(UUID stage, Commit commit) {
    handle
        .createUpdate(SUCCEED)
        .bindMethods(claim)
        .bind("stage", stage)
        .bind("output", commit.output())
        .bind("seconds", commit.seconds())
        .execute();
    handle.createUpdate(END_ATTEMPT).bindMethods(claim).execute();
    handle.createUpdate(END_STAGE).bind("stage", stage).execute();
  }

  private void tell(UUID stage) {
    handle
        .createUpdate(TELL)
        .bind("dedupKey", claim.key() + ":" + claim.epoch() + ":computed")
        .bind("payload", JsonColumns.toJson(Map.of("stage_id", stage, "key", claim.key())))
        .execute();
  }
}
