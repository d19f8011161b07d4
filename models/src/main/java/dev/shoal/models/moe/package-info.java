/**
 * Experts out of a dense FFN, and the sparse model they make.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.moe.ExpertBuilder}: statistics become an {@link
 *       dev.shoal.models.moe.ExpertSet};
 *   <li>{@code moe.kernels}, the text beside these classes: routing and experts;
 *   <li>{@link dev.shoal.models.moe.MoeModel}: dense folder, experts and trained weights become a
 *       model;
 *   <li>{@link dev.shoal.models.moe.TrainedWeights}, {@link dev.shoal.models.moe.Lora}: what
 *       training adds.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>The weights of the K experts of a token add up to 1.
 *   <li>The order of experts is the order of the groups they were built for.
 *   <li>Nothing is summed in an order that depends on anything but the input.
 * </ul>
 */
package dev.shoal.models.moe;
