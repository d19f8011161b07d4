package dev.shoal.worker.outbox;

import dev.shoal.migrations.Database;
import dev.shoal.migrations.Outbox.Message;
import dev.shoal.worker.lineage.OpenLineageEvents;
import java.util.UUID;

/** Tells of each finished stage what it was made from, as an event of OpenLineage. */
final class OpenLineageReceiver implements Receiver {

  private final Database database;
  private final Target target;

  OpenLineageReceiver(Database database, Target target) {
    this.database = database;
    this.target = target;
  }

  @Override
  public void take(Message message) {
    if (message.topic().equals("stage.computed")) {
      UUID stage = UUID.fromString(message.payload().path("stage_id").asText());
      new OpenLineageEvents(database)
          .ofStage(stage)
          .ifPresent(event -> target.write(message.dedupKey(), event));
    }
  }
}
