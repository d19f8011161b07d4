/**
 * Where everything is and how it is put together.
 *
 * <ol>
 *   <li>{@link dev.shoal.worker.wiring.Settings}: flags over environment over {@code shoal.yaml};
 *   <li>{@link dev.shoal.worker.wiring.TemporalConnection}: a server that answers;
 *   <li>{@link dev.shoal.worker.wiring.Wiring}: the computing side, built from settings;
 *   <li>{@link dev.shoal.worker.wiring.WorkerProgram}: the process that works.
 * </ol>
 *
 * <p>Secrets stay in settings: they are in no message, no log line and no {@code toString()}.
 */
package dev.shoal.worker.wiring;
