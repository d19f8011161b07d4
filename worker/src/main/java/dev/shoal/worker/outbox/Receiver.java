package dev.shoal.worker.outbox;

import dev.shoal.migrations.Outbox.Message;

/** Takes messages, or ignores those that are not for it; the same one may come again. */
interface Receiver {

  /**
   * Takes one.
   *
   * @throws NotDeliveredException if it did not get there; it comes again later
   */
  void take(Message message);
}
