/**
 * Every stage as an activity: load, compute, record.
 *
 * <ol>
 *   <li>{@link dev.shoal.activities.Activities}: builds all of them;
 *   <li>{@link dev.shoal.activities.stage}: claim, work, commit, the same for every stage;
 *   <li>{@link dev.shoal.activities.devices}: what a worker computes on;
 *   <li>{@link dev.shoal.activities.inspect}: every mistake of a request, before any work;
 *   <li>{@link dev.shoal.activities.fork}: a run that goes on from another's checkpoint;
 *   <li>{@link dev.shoal.activities.store}: bytes on disk, {@link dev.shoal.activities.garbage}:
 *       which of them may go;
 *   <li>{@link dev.shoal.activities.Foresight}: what a request would find done;
 *   <li>the classes named after stages here: one per activity interface, without mathematics.
 * </ol>
 */
package dev.shoal.activities;
