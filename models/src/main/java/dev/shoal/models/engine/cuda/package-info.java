/**
 * Operators of our own on NVIDIA GPUs: CUDA text, compiled when the engine starts, called by
 * kernels as {@code ops.shoal.NAME}.
 *
 * <p>Between two matrix products PyTorch makes several passes over memory where one is enough, and
 * nothing that fuses them can be reached from Java. So {@code operators.cu} does, with three
 * libraries that every CUDA build of libtorch brings or needs: its stable C interface takes the
 * operators, NVRTC compiles them, the driver runs them. No compiler and no headers are needed.
 *
 * <ol>
 *   <li>{@link dev.shoal.models.engine.cuda.CudaOperators}: what there is, and when it is
 *       installed;
 *   <li>{@code CudaProgram}: compiled text and how it is launched;
 *   <li>{@code TorchShim}, {@code LaunchCalls}, {@code Nvrtc}: the libraries, as far as they are
 *       used.
 * </ol>
 */
package dev.shoal.models.engine.cuda;
