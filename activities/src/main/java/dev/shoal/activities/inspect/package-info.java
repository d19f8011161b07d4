/**
 * Finds every mistake before any work is done. {@link dev.shoal.activities.inspect.Inspector} is
 * the story; {@link dev.shoal.activities.inspect.ModelFolders} finds its model; {@link
 * dev.shoal.activities.inspect.RunPlan} is what a run will cost.
 */
package dev.shoal.activities.inspect;
