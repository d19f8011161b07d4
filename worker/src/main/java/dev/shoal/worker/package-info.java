/**
 * The {@code shoal} command.
 *
 * <ol>
 *   <li>{@link dev.shoal.worker.Shoal}: the main class and the list of commands;
 *   <li>{@link dev.shoal.worker.commands}: a class a command;
 *   <li>{@link dev.shoal.worker.runs}: starting, watching and finding runs;
 *   <li>{@link dev.shoal.worker.lineage}: what was made from what, and why;
 *   <li>{@link dev.shoal.worker.outbox}: what other systems are told;
 *   <li>{@link dev.shoal.worker.wiring}: settings, connections and the worker process;
 *   <li>{@link dev.shoal.worker.payloads}: encryption of what Temporal stores;
 *   <li>{@link dev.shoal.worker.stack}: the servers on this machine.
 * </ol>
 */
package dev.shoal.worker;
