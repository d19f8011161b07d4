package dev.shoal.worker.outbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.Outbox.Message;
import java.util.Set;

/** Tells of runs that ended, or that wait for a person. */
final class WebhookReceiver implements Receiver {

  private static final Set<String> TOPICS =
      Set.of("run.succeeded", "run.failed", "run.needs_attention", "run.canceled");

  private final Target target;

  WebhookReceiver(Target target) {
    this.target = target;
  }

  @Override
  public void take(Message message) {
    if (TOPICS.contains(message.topic())) {
      ObjectNode body = message.payload().deepCopy();
      body.put("event", message.topic()).put("id", message.dedupKey());
      body.put("at", message.createdAt().toString());
      target.write(message.dedupKey(), body.toString());
    }
  }
}
