package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Messages written in the transaction they report on; sent afterwards, at least once. */
public final class Outbox {

  private static final String WAITING =
      """
      select message_id, topic, dedup_key, payload, created_at
      from shoal.outbox
      where sent_at is null
      order by message_id
      limit :limit
      """;

  private static final String SENT =
      """
      update shoal.outbox set sent_at = now() where message_id = :message and sent_at is null
      """;

  private final Sessions sessions;

  Outbox(Sessions sessions) {
    this.sessions = sessions;
  }

  /** The oldest messages not yet sent. */
  public List<Message> waiting(int limit) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(WAITING)
                .bind("limit", limit)
                .map(ConstructorMapper.of(Message.class))
                .list());
  }

  /** Remembers that a message was sent. */
  public void sent(long messageId) {
    sessions.ask(handle -> handle.createUpdate(SENT).bind("message", messageId).execute());
  }

  /**
   * One message.
   *
   * @param messageId order of writing
   * @param topic what happened
   * @param dedupKey names the event, so that a receiver can drop a repetition
   * @param payload the message itself
   * @param createdAt when it happened
   */
  public record Message(
      long messageId, String topic, String dedupKey, JsonNode payload, Instant createdAt) {}
}
