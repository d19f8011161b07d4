package dev.shoal.migrations;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Says what garbage collection must leave alone, and why. */
public final class PinStore {

  private static final String PIN =
      """
      insert into shoal.pin (sha256, run_id, reason)
      values (:sha256, cast(:run as uuid), :reason)
      on conflict do nothing
      """;

  private static final String UNPIN =
      """
      delete from shoal.pin where pin_id = :pin
      """;

  private static final String UNPIN_ALL =
      """
      delete from shoal.pin
      where sha256 = :sha256 or run_id = cast(:run as uuid)
      returning pin_id, sha256, run_id, reason, created_at
      """;

  /** The lock waits for a collection that is about to give one of them up. */
  private static final String LINEAGE =
      """
      with recursive lineage (sha256) as (
        select cast(:sha256 as text)
        union
        select used.sha256::text
        from lineage
        join shoal.stage_artifact made on made.sha256 = lineage.sha256 and made.direction = 'OUT'
        join shoal.stage_artifact used on used.stage_id = made.stage_id and used.direction = 'IN'
      )
      select case when deleted_at is not null then artifact.sha256::text end
      from shoal.artifact
      where sha256 in (select sha256 from lineage)
      for key share
      """;

  private static final String LIST =
      """
      select pin_id, sha256, run_id, reason, created_at from shoal.pin order by pin_id
      """;

  private final Sessions sessions;

  PinStore(Sessions sessions) {
    this.sessions = sessions;
  }

  /** Keeps one artifact or checkpoint; the second time with the same reason changes nothing. */
  public void pinArtifact(String sha256, String reason) {
    pin(sha256, null, reason);
  }

  /** Keeps everything a run made or used. */
  public void pinRun(UUID run, String reason) {
    pin(null, run, reason);
  }

  private void pin(String sha256, UUID run, String reason) {
    sessions.ask(
        handle ->
            handle
                .createUpdate(PIN)
                .bind("sha256", sha256)
                .bindByType("run", run, UUID.class)
                .bind("reason", reason)
                .execute());
  }

  /** Lets go; false if there was no such pin. */
  public boolean unpin(long pinId) {
    return sessions.ask(handle -> handle.createUpdate(UNPIN).bind("pin", pinId).execute()) == 1;
  }

  /** Lets go of an artifact, whatever it was pinned for. */
  public List<PinRow> unpinArtifact(String sha256) {
    return unpin(sha256, null);
  }

  /** Lets go of a run, whatever it was pinned for. */
  public List<PinRow> unpinRun(UUID run) {
    return unpin(null, run);
  }

  private List<PinRow> unpin(String sha256, UUID run) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(UNPIN_ALL)
                .bind("sha256", sha256)
                .bindByType("run", run, UUID.class)
                .map(ConstructorMapper.of(PinRow.class))
                .list());
  }

  /** Of an artifact and all that it was made from, those whose bytes were given up before. */
  public List<String> givenUp(String sha256) {
    return sessions.ask(
        handle ->
            handle.createQuery(LINEAGE).bind("sha256", sha256).mapTo(String.class).stream()
                .filter(Objects::nonNull)
                .toList());
  }

  /** All pins, oldest first. */
  public List<PinRow> list() {
    return sessions.ask(
        handle -> handle.createQuery(LIST).map(ConstructorMapper.of(PinRow.class)).list());
  }

  /**
   * One pin: either an artifact or a run.
   *
   * @param pinId number, for {@link #unpin}
   * @param sha256 artifact or checkpoint
   * @param runId run
   * @param reason why, in words
   * @param createdAt when it was pinned
   */
  public record PinRow(
      long pinId,
      Optional<String> sha256,
      Optional<UUID> runId,
      String reason,
      Instant createdAt) {}
}
