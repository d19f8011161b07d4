package dev.shoal.migrations;

import java.time.Instant;
import java.util.List;
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
