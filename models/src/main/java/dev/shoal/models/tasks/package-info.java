/**
 * Evaluation tasks as lm-evaluation-harness runs them: the same prompts, the same tokens, the same
 * formulas, so that numbers can stand in one table with published ones.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.tasks.TaskSpec}: what a request says about a task, with {@link
 *       dev.shoal.models.tasks.FewShot}, {@link dev.shoal.models.tasks.PromptFormat} and {@link
 *       dev.shoal.models.tasks.Bos};
 *   <li>{@link dev.shoal.models.tasks.TaskFile}: rows become a {@link dev.shoal.models.tasks.Task}
 *       of {@link dev.shoal.models.tasks.Example}s, checked;
 *   <li>{@link dev.shoal.models.tasks.Prompts}: worked examples and questions as text, for scored
 *       and for generated answers;
 *   <li>{@link dev.shoal.models.tasks.TaskEvaluation}: the story of one task on one model;
 *   <li>{@link dev.shoal.models.tasks.TaskResult}, {@link dev.shoal.models.tasks.ItemResult}: what
 *       came out, and {@link dev.shoal.models.tasks.ItemsFile} and {@link
 *       dev.shoal.models.tasks.ResultsJson}: how it is kept.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>What an item gets depends on the item, the task's settings and the model; which others it
 *       was computed with changes rounding only.
 *   <li>Chance comes from the harness's generator and seed; the same file gives the same prompts.
 *   <li>A perplexity says in its name what it is divided by: words, bytes, tokens of disjoint
 *       windows, or, of targets, items.
 * </ul>
 */
package dev.shoal.models.tasks;
