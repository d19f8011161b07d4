/**
 * Tells other systems what happened: at least once, in order, nothing unless a setting asks for it.
 *
 * <ol>
 *   <li>{@link dev.shoal.worker.outbox.Messenger}: hands what the database's outbox holds to the
 *       receivers, again and again until all have it;
 *   <li>{@link dev.shoal.worker.outbox.Receiver}: who is told, and where;
 *   <li>{@link dev.shoal.worker.outbox.OpenLineageReceiver}: finished stages;
 *   <li>{@link dev.shoal.worker.outbox.WebhookReceiver}: runs that ended or wait for a person;
 *   <li>{@link dev.shoal.worker.outbox.MlflowReceiver}: runs as runs of MLflow, by way of {@link
 *       dev.shoal.worker.outbox.MlflowRun}.
 * </ol>
 */
package dev.shoal.worker.outbox;
