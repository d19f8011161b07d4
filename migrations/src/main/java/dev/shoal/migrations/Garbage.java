package dev.shoal.migrations;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * What no kept run, pin or lease reaches, marked when this was opened. Whatever is given up is
 * looked at again under its lock, so that a claim or a pin made since then wins.
 *
 * <p>Holds one connection until it is closed; for one thread.
 */
public final class Garbage implements AutoCloseable {

  private static final String TALLIES =
      """
      select kind, count(*) as count, sum(bytes) as bytes from collectable group by kind order by kind
      """;

  private static final String PAGE =
      """
      select sha256, kind, bytes from collectable where sha256 > :after order by sha256 limit :limit
      """;

  /** Whoever is about to use an artifact has it locked for key share: it is left alone. */
  private static final String LOCK =
      """
      select sha256::text from shoal.artifact
      where sha256 = any(:digests) and deleted_at is null
      order by sha256
      for update skip locked
      """;

  private static final String GIVE_UP =
      """
      with recursive below (candidate, sha256) as (
        select digest, digest from unnest(:digests) as digest
        union
        select below.candidate, made.sha256::text
        from below
        join shoal.stage_artifact used on used.sha256 = below.sha256 and used.direction = 'IN'
        join shoal.stage_artifact made on made.stage_id = used.stage_id and made.direction = 'OUT'
      ), needed as (
        select below.candidate
        from below
        join shoal.stage_artifact edge on edge.sha256 = below.sha256
        join shoal.stage using (stage_id)
        join shoal.run using (run_id)
        left join shoal.computation on computation.key = stage.computation_key
        where %s
        union
        select below.candidate from below join shoal.pin on pin.sha256 = below.sha256
        union
        select below.candidate from below join shoal.tag on tag.sha256 = below.sha256
        union
        %s
      ), gone as (
        delete from shoal.artifact_location
        where sha256 = any(:digests) and sha256 not in (select candidate from needed)
      )
      update shoal.artifact
      set deleted_at = clock_timestamp()
      where sha256 = any(:digests) and sha256 not in (select candidate from needed)
      returning sha256::text
      """
          .formatted(GarbageMark.KEEPS, GarbageMark.NAMED_BY_PATH);

  private static final String KNOWN =
      """
      select sha256::text from shoal.artifact where sha256 = any(:digests)
      """;

  private static final String PRESENT =
      """
      select sha256::text from shoal.artifact where sha256 = any(:digests) and deleted_at is null
      """;

  /** A finished result keeps its last checkpoint, from which another run may begin. */
  private static final String FOLDERS =
      """
      select key,
        case when lease_until > clock_timestamp() - make_interval(secs => :grace)
          then lease_epoch end as epoch_at_work,
        case
          when status = 'SUCCEEDED' and jsonb_array_length(checkpoints) > 1
            then jsonb_build_array(checkpoints -> 0)
          else checkpoints
        end as checkpoints
      from shoal.computation
      where key = any(:keys)
        and (lease_until > clock_timestamp() - make_interval(secs => :grace)
          or exists (
            select from shoal.stage
            where stage.computation_key = key
              and not exists (select from given_up_run where given_up_run.run_id = stage.run_id)))
      """;

  private static final String FORGET_CHECKPOINT =
      """
      update shoal.computation
      set checkpoints = (
        select coalesce(jsonb_agg(kept order by place), '[]')
        from jsonb_array_elements(checkpoints) with ordinality as listed (kept, place)
        where kept ->> 'path' not like '%/' || :name
          or kept ->> 'sha256' in (select sha256 from shoal.pin where sha256 is not null))
      where key = :key
        and (lease_until is null or lease_until < clock_timestamp() - make_interval(secs => :grace))
      """;

  private static final String STILL_NAMED =
      """
      select exists (
        select from shoal.computation
        cross join jsonb_array_elements(checkpoints) as listed
        where key = :key and listed ->> 'path' like '%/' || :name)
      """;

  private static final String PINNED_ELSEWHERE =
      """
      select sha256::text from shoal.pin
      where sha256 is not null
        and not exists (select from shoal.artifact where artifact.sha256 = pin.sha256)
      """;

  private final Sessions sessions;
  private final Handle handle;

  Garbage(Sessions sessions, Retention retention) {
    this.sessions = sessions;
    this.handle = sessions.open();
    try {
      sessions.telling(
          () -> {
            requireAlone();
            GarbageMark.write(handle, retention);
            return handle;
          });
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void requireAlone() {
    boolean alone =
        handle
            .createQuery("select pg_try_advisory_lock(hashtext('shoal.garbage'))")
            .mapTo(Boolean.class)
            .one();
    if (!alone) {
      throw new DatabaseSetupException(
          "Another `shoal store gc` is at work on this database; wait for it to end.");
    }
  }

  /** How much of each kind may go. */
  public List<Tally> tallies() {
    return sessions.telling(
        () -> handle.createQuery(TALLIES).map(ConstructorMapper.of(Tally.class)).list());
  }

  /** The next page of what may go, in the order of the digests. */
  public List<Candidate> after(String sha256, int limit) {
    return sessions.telling(
        () ->
            handle
                .createQuery(PAGE)
                .bind("after", sha256)
                .bind("limit", limit)
                .map(ConstructorMapper.of(Candidate.class))
                .list());
  }

  /**
   * Gives artifacts up: forgets their places and marks them deleted, all but those that something
   * reaches by now or is about to use. A claim that comes later computes them again.
   *
   * @return those whose bytes may be deleted
   */
  public Set<String> giveUp(Collection<String> digests) {
    return sessions.telling(
        () ->
            handle.inTransaction(
                open -> {
                  open.execute(GarbageMark.BY_INDEX);
                  List<String> locked = digests(open, LOCK, digests);
                  return Set.copyOf(digests(open, GIVE_UP, locked));
                }));
  }

  /** Those of some digests whose artifacts should exist. */
  public Set<String> present(Collection<String> digests) {
    return sessions.telling(() -> Set.copyOf(digests(handle, PRESENT, digests)));
  }

  /** Those of some digests that this database has ever named. */
  public Set<String> known(Collection<String> digests) {
    return sessions.telling(() -> Set.copyOf(digests(handle, KNOWN, digests)));
  }

  private static List<String> digests(Handle handle, String sql, Collection<String> digests) {
    return handle
        .createQuery(sql)
        .bindArray("digests", String.class, digests)
        .mapTo(String.class)
        .list();
  }

  /**
   * What must stay of the folders of some computations; nothing of one that is not answered.
   *
   * @param grace a lease that ended less than this ago still counts
   */
  public List<KeptFolders> folders(Collection<String> keys, Duration grace) {
    return sessions.telling(
        () ->
            handle
                .createQuery(FOLDERS)
                .bindArray("keys", String.class, keys)
                .bind("grace", grace.toSeconds())
                .map(ConstructorMapper.of(KeptFolders.class))
                .list());
  }

  /**
   * Forgets a checkpoint, unless somebody is at the computation by now.
   *
   * @param name last part of its path
   * @return whether its folder may be deleted
   */
  public boolean forgetCheckpoint(String key, String name, Duration grace) {
    return sessions.telling(
        () -> {
          handle
              .createUpdate(FORGET_CHECKPOINT)
              .bind("key", key)
              .bind("name", name)
              .bind("grace", grace.toSeconds())
              .execute();
          return !handle
              .createQuery(STILL_NAMED)
              .bind("key", key)
              .bind("name", name)
              .mapTo(Boolean.class)
              .one();
        });
  }

  /** Digests that are pinned and are no artifact's: those of checkpoints. */
  public Set<String> pinnedCheckpoints() {
    return sessions.telling(
        () -> Set.copyOf(handle.createQuery(PINNED_ELSEWHERE).mapTo(String.class).list()));
  }

  /** Forgets the marks and lets another collection begin. */
  @Override
  public void close() {
    try (handle) {
      GarbageMark.erase(handle);
      handle.execute("select pg_advisory_unlock_all()");
    }
  }

  /**
   * Artifacts of one kind.
   *
   * @param kind what they are
   * @param count how many
   * @param bytes their sizes together
   */
  public record Tally(String kind, long count, long bytes) {}

  /**
   * An artifact that may go.
   *
   * @param sha256 its digest
   * @param kind what it is
   * @param bytes its size
   */
  public record Candidate(String sha256, String kind, long bytes) {}

  /**
   * What stays of a computation's folders.
   *
   * @param key the computation
   * @param epochAtWork the attempt that may be writing
   * @param checkpoints those kept, newest first
   */
  public record KeptFolders(String key, Optional<Long> epochAtWork, List<Checkpoint> checkpoints) {}
}
