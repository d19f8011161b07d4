/**
 * What a run will cost, before it starts: parameters, FLOPs, memory, disk and time, as plain
 * arithmetic over shapes.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.plan.ModelShape} and {@link dev.shoal.models.plan.MoeShape}: the
 *       sizes everything follows from;
 *   <li>{@link dev.shoal.models.plan.ParameterCount}: parameters in all beside the active ones;
 *   <li>{@link dev.shoal.models.plan.TrainedWeights} and {@link dev.shoal.models.plan.Training}:
 *       what retraining changes, and how;
 *   <li>{@link dev.shoal.models.plan.Flops}: work per token;
 *   <li>{@link dev.shoal.models.plan.MemoryNeed} with its {@link dev.shoal.models.plan.MemoryUse},
 *       {@link dev.shoal.models.plan.MemoryBudget}, {@link dev.shoal.models.plan.OptimizerHome} and
 *       {@link dev.shoal.models.plan.MemoryPlan}: the micro-batch that fits, or what would;
 *   <li>{@link dev.shoal.models.plan.PlanInput}, {@link dev.shoal.models.plan.RunCost} with its
 *       {@link dev.shoal.models.plan.StageCost}s, and {@link dev.shoal.models.plan.DiskPlan}.
 * </ol>
 *
 * <h2>Conventions</h2>
 *
 * <ul>
 *   <li>B batch, S sequence, H hidden, F dense intermediate channels, C channels kept, E experts, K
 *       experts per token, V vocabulary, L layers, A attention heads, G key-value heads, h head
 *       size.
 *   <li>A multiplication with its addition is two FLOPs; only matrix products are counted.
 *   <li>Quantities of one token are {@code long} and exact; FLOPs of a whole stage are {@code
 *       double}, since they leave the range of {@code long}.
 *   <li>Memory figures are of the tensors alone. Leave the allocator, the libraries and the display
 *       their share by giving a smaller budget.
 * </ul>
 */
package dev.shoal.models.plan;
