package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Claim, work, commit: what makes work that is started at least once count exactly once.
 *
 * <p>A claim raises the computation's epoch, and every write shows the epoch it was granted. An
 * owner that was thought dead and is not finds its writes refused. Time is the clock of the
 * database alone.
 */
public final class ComputationStore {

  private static final String RENEW =
      """
      update shoal.computation
      set lease_until = clock_timestamp() + make_interval(secs => :seconds)
      where key = :key and lease_epoch = :epoch and status = 'RUNNING'
      """;

  private static final String FREE =
      """
      with freed as (
        update shoal.computation
        set status = :status, lease_owner = null, lease_stage = null, lease_until = null
        where key = :key and lease_epoch = :epoch and status = 'RUNNING'
        returning key, lease_epoch
      )
      update shoal.attempt
      set outcome = :status, failure = :failure, ended_at = clock_timestamp()
      from freed
      where attempt.key = freed.key and attempt.epoch = freed.lease_epoch
      """;

  private static final String INVALIDATE =
      """
      with thrown_away as (
        update shoal.computation
        set status = 'INVALIDATED', output = null, forgiven_epoch = lease_epoch
        where key = :key and lease_epoch = :epoch and status = 'SUCCEEDED'
        returning key, lease_epoch
      )
      update shoal.attempt
      set outcome = 'INVALIDATED', failure = :reason
      from thrown_away
      where attempt.key = thrown_away.key and attempt.epoch = thrown_away.lease_epoch
      """;

  private static final String FORGIVE =
      """
      update shoal.computation set forgiven_epoch = lease_epoch where key = :key
      """;

  private static final String FIND =
      """
      select * from shoal.computation where key = :key
      """;

  private static final String FINISHED_BEFORE =
      """
      select other.*
      from shoal.computation
      join shoal.computation other
        on other.stage_name = computation.stage_name
        and other.key <> computation.key
        and other.status = 'SUCCEEDED'
        and other.finished_at <= computation.created_at
      where computation.key = :key
      order by other.finished_at desc, other.key
      limit :limit
      """;

  private static final String ATTEMPTS =
      """
      select * from shoal.attempt where key = :key order by epoch
      """;

  private final Sessions sessions;

  ComputationStore(Sessions sessions) {
    this.sessions = sessions;
  }

  /**
   * Asks for a result or for the right to compute it.
   *
   * <p>A finished result is answered, and the asking stage is ended with it. Otherwise the caller
   * gets the work if nobody has it, if the lease has run out, or if an older attempt of the same
   * stage has it; numbers observed after the newest checkpoint are deleted then. A result whose
   * artifacts were given up is computed again.
   *
   * @throws IllegalStateException if the stage was not started
   */
  public ClaimOutcome claim(ClaimRequest request) {
    return sessions.transact(handle -> new ClaimTransaction(handle, request).decide());
  }

  /** Prolongs the lease from now; false if the claim no longer holds. */
  public boolean renew(Claim claim, int leaseSeconds) {
    return sessions.ask(
            handle ->
                handle
                    .createUpdate(RENEW)
                    .bindMethods(claim)
                    .bind("seconds", leaseSeconds)
                    .execute())
        == 1;
  }

  /**
   * Remembers a checkpoint and keeps the newest ones, and those pinned. Repeating it changes
   * nothing.
   *
   * @return those no longer kept, whose folders the caller deletes; never a pinned one
   * @throws SupersededException if the claim no longer holds
   * @throws IllegalArgumentException if a newer one is remembered: {@link #rewind} first
   */
  public List<Checkpoint> checkpoint(Claim claim, Checkpoint checkpoint, int keep) {
    return sessions.transact(
        handle -> new CheckpointTransaction(handle, claim).add(checkpoint, keep));
  }

  /**
   * Forgets checkpoints after a step because they are damaged, and the numbers observed after it.
   *
   * @param step of the checkpoint that is gone on from; empty to begin anew
   * @return those forgotten
   * @throws SupersededException if the claim no longer holds
   */
  public List<Checkpoint> rewind(Claim claim, OptionalLong step) {
    return sessions.transact(handle -> new CheckpointTransaction(handle, claim).rewind(step));
  }

  /**
   * Makes the result count, in one transaction: output, artifacts, edges, numbers, stage.
   *
   * <p>Committing twice is committing once. If the result is there already, from this attempt or a
   * newer one, that one is answered and nothing is written.
   *
   * @return the output that counts
   * @throws SupersededException if another attempt is at it
   */
  public JsonNode commit(Claim claim, Commit commit) {
    return sessions.transact(handle -> new CommitTransaction(handle, claim).write(commit));
  }

  /** Gives the work back as failed; false if the claim no longer holds. */
  public boolean fail(Claim claim, JsonNode failure) {
    return free(claim, ComputationRow.Status.FAILED, failure);
  }

  /** Gives the work back unfinished, for a pause or a shutdown; false if the claim is gone. */
  public boolean release(Claim claim) {
    return free(claim, ComputationRow.Status.RELEASED, null);
  }

  private boolean free(Claim claim, ComputationRow.Status status, JsonNode failure) {
    return sessions.ask(
            handle ->
                handle
                    .createUpdate(FREE)
                    .bindMethods(claim)
                    .bind("status", status)
                    .bindByType("failure", failure, JsonNode.class)
                    .execute())
        == 1;
  }

  /**
   * Throws a damaged result away, so that the next claim computes it again.
   *
   * @param claim the one in {@link ClaimOutcome.Done}; a result made since then stays
   * @param reason an object with a {@code message}
   * @return false if that result was thrown away before
   */
  public boolean invalidate(Claim claim, JsonNode reason) {
    return sessions.ask(
            handle ->
                handle.createUpdate(INVALIDATE).bindMethods(claim).bind("reason", reason).execute())
        == 1;
  }

  /** Counts tries without progress from zero again, because a person asked for another try. */
  public void forgive(String key) {
    sessions.ask(handle -> handle.createUpdate(FORGIVE).bind("key", key).execute());
  }

  /** The computation with this key. */
  public Optional<ComputationRow> find(String key) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(FIND)
                .bind("key", key)
                .map(ConstructorMapper.of(ComputationRow.class))
                .findOne());
  }

  /** Results of the same stage that were there when the key was claimed first, newest first. */
  public List<ComputationRow> finishedBefore(String key, int limit) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(FINISHED_BEFORE)
                .bind("key", key)
                .bind("limit", limit)
                .map(ConstructorMapper.of(ComputationRow.class))
                .list());
  }

  /** All tries at a computation, oldest first. */
  public List<AttemptRow> attempts(String key) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(ATTEMPTS)
                .bind("key", key)
                .map(ConstructorMapper.of(AttemptRow.class))
                .list());
  }
}
