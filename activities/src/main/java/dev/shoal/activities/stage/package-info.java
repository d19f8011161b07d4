/**
 * What every stage shares.
 *
 * <ol>
 *   <li>{@link dev.shoal.activities.stage.StageRunner}: claim, work, commit;
 *   <li>{@link dev.shoal.activities.stage.StageKey}: what a computation is called;
 *   <li>{@link dev.shoal.activities.stage.StageContext}: what the work may use;
 *   <li>{@link dev.shoal.activities.stage.CheckpointsBehind}: checkpoints while the work goes on;
 *   <li>{@link dev.shoal.activities.stage.Failures}: how exceptions are told to the user.
 * </ol>
 */
package dev.shoal.activities.stage;
