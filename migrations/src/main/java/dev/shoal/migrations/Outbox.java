package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
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

  /** Held to the end of the transaction: one deliverer at a time, so that order holds. */
  private static final String TURN =
      """
      select pg_try_advisory_xact_lock(hashtextextended('shoal.outbox', 0))
      """;

  private final Sessions sessions;

  Outbox(Sessions sessions) {
    this.sessions = sessions;
  }

  /** The oldest messages not yet sent. */
  public List<Message> waiting(int limit) {
    return sessions.ask(handle -> waiting(handle, limit));
  }

  /**
   * Hands the oldest messages that were not sent to a receiver, one after the other, and remembers
   * each as sent once the receiver returns. Where the receiver throws, those before count, it and
   * all later ones stay, and what it threw is thrown on. Several deliverers take turns.
   *
   * <p>A message may come again: when the process dies between the receiver and the commit.
   *
   * @return how many were sent; 0 also where another deliverer is at it
   */
  public int deliver(int limit, Consumer<Message> receiver) {
    List<RuntimeException> refused = new ArrayList<>();
    int sent =
        sessions.transact(
            handle ->
                handle.createQuery(TURN).mapTo(Boolean.class).one()
                    ? deliver(handle, limit, receiver, refused)
                    : 0);
    if (!refused.isEmpty()) {
      throw refused.get(0);
    }
    return sent;
  }

  private static int deliver(
      Handle handle, int limit, Consumer<Message> receiver, List<RuntimeException> refused) {
    int sent = 0;
    for (Message message : waiting(handle, limit)) {
      try {
        receiver.accept(message);
      } catch (RuntimeException e) {
        refused.add(e);
        break;
      }
      sent += handle.createUpdate(SENT).bind("message", message.messageId()).execute();
    }
    return sent;
  }

  private static List<Message> waiting(Handle handle, int limit) {
    return handle
        .createQuery(WAITING)
        .bind("limit", limit)
        .map(ConstructorMapper.of(Message.class))
        .list();
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
