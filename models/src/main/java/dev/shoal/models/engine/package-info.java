/**
 * The seam to PyTorch: everything above it calls named kernels and never an operator.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.engine.Device}, {@link dev.shoal.models.engine.Precision}: where
 *       and in what numbers;
 *   <li>{@link dev.shoal.models.engine.KernelModule}: text becomes kernels, values become arrays;
 *   <li>{@link dev.shoal.models.engine.KernelArguments}: what a call is given;
 *   <li>{@link dev.shoal.models.engine.Engine}, {@link dev.shoal.models.engine.EngineSelfTest}:
 *       version, threads, and proof that it works;
 *   <li>{@link dev.shoal.models.engine.EngineReport}: which GPUs there are, and why they are not
 *       used if they are not.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>A kernel is a pure function of its arguments, except those whose comment says what they
 *       write.
 *   <li>Gradients are taken inside a kernel; no array outside ever carries a graph.
 *   <li>Results belong to the caller's {@link ai.djl.ndarray.NDManager}; arguments are borrowed.
 * </ul>
 */
package dev.shoal.models.engine;
