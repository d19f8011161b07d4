/**
 * The local stack: everything Shoal needs beside itself, started on this machine and kept under
 * {@code .shoal/}.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.worker.stack.LocalStack}: the story; up, down, status, logs;
 *   <li>{@link dev.shoal.worker.stack.Endpoints} and {@link dev.shoal.worker.stack.ServiceStatus}:
 *       what it answers;
 *   <li>{@link dev.shoal.worker.stack.TemporalNamespace}: what Shoal needs of a Temporal server,
 *       also of one it did not start.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>The process table is the truth about what runs: no pid file, nothing to go stale.
 *   <li>Servers live in sessions of their own and outlive the command that started them.
 *   <li>The stack changes under one lock, which dies with its holder.
 *   <li>Folders appear complete: written beside, then renamed.
 * </ul>
 */
package dev.shoal.worker.stack;
