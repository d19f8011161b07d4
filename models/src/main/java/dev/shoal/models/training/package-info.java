/**
 * Training: one loop, three stages, resumable after every step.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.training.TrainingStage}, {@link
 *       dev.shoal.models.training.TrainingSettings}: what is trained, and how; {@link
 *       dev.shoal.models.training.RouterLosses}: for what besides the text;
 *   <li>{@link dev.shoal.models.training.TrainingLoop}: steps, checkpoints, the trained weights;
 *   <li>{@code training.kernels}, the text beside these classes: forward and backward of whole
 *       segments in one call.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>A step depends on the weights, the moments and its number, on nothing else.
 *   <li>What is trained, its gradients and moments are float32, whatever the model computes in.
 *   <li>Between steps no array is left but weights, moments and the ids of the next step.
 * </ul>
 */
package dev.shoal.models.training;
