package dev.shoal.worker.outbox;

import dev.shoal.migrations.Database;
import dev.shoal.migrations.DatabaseUnavailableException;
import dev.shoal.worker.wiring.MessageSettings;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the outbox's messages to all receivers, the oldest first. One that was not delivered is
 * tried again before any later one, by whichever worker is next; what was delivered just before a
 * crash comes twice, with the same id.
 */
public final class Messenger implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(Messenger.class);
  private static final int AT_ONCE = 20;
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Database database;
  private final List<Receiver> receivers;
  private final Thread thread = new Thread(this::run, "messenger");

  Messenger(Database database, List<Receiver> receivers) {
    this.database = database;
    this.receivers = List.copyOf(receivers);
    thread.setDaemon(true);
  }

  /** For those that the settings name; nothing is read or sent if they name none. */
  public static Messenger start(Database database, MessageSettings settings) {
    List<Receiver> receivers = new ArrayList<>();
    settings
        .openLineageFile()
        .ifPresent(f -> receivers.add(new OpenLineageReceiver(database, Target.file(f))));
    settings
        .openLineageUrl()
        .ifPresent(u -> receivers.add(new OpenLineageReceiver(database, Target.post(u))));
    settings.webhookUrl().ifPresent(u -> receivers.add(new WebhookReceiver(Target.post(u))));
    settings.mlflow().ifPresent(m -> receivers.add(new MlflowReceiver(database, m)));
    Messenger messenger = new Messenger(database, receivers);
    if (!receivers.isEmpty()) {
      messenger.thread.start();
    }
    return messenger;
  }

  private void run() {
    Duration pause = PAUSE;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        while (deliver() == AT_ONCE) {
          LOG.debug("more messages wait");
        }
        pause = PAUSE;
      } catch (NotDeliveredException | DatabaseUnavailableException e) {
        LOG.warn("messages wait: {}; tried again in {} s", e.getMessage(), pause.toSeconds());
        pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
      } catch (RuntimeException e) {
        LOG.error("a message cannot be made", e);
        pause = LONGEST_PAUSE;
      }
      rest(pause);
    }
  }

  /** Delivers the oldest messages, and returns how many that were. */
  int deliver() {
    return database
        .outbox()
        .deliver(AT_ONCE, message -> receivers.forEach(receiver -> receiver.take(message)));
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static void rest(Duration pause) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops; what was not delivered stays in the outbox. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
