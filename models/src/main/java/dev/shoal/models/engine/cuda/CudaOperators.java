package dev.shoal.models.engine.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The operators of {@code operators.cu} as PyTorch operators {@code ops.shoal.NAME} on CUDA arrays.
 * They write into arrays that they are given and return nothing. They have no gradients.
 *
 * <p>Arrays are bfloat16 and their last axis contiguous with a length that is a multiple of 8,
 * except where {@code operators.cu} says otherwise.
 */
public final class CudaOperators {

  private record Definition(String name, String arguments, Launches.Launch launch) {}

  private static final List<Definition> DEFINITIONS =
      List.of(
          new Definition(
              "rotate", "Tensor(a!) x, Tensor cos, Tensor sin, float sign", Launches::rotate),
          new Definition("gated", "Tensor gate, Tensor up, Tensor(a!) f", Launches::gated),
          new Definition(
              "gated_backward",
              "Tensor df, Tensor gu, Tensor(a!) dgu, Tensor(b!) f",
              Launches::gatedBackward),
          new Definition(
              "weighed", "Tensor gu, Tensor g, Tensor masks, Tensor(a!) f", Launches::weighed),
          new Definition(
              "weighed_backward",
              "Tensor df, Tensor gu, Tensor g, Tensor masks, Tensor(a!) dgu, Tensor(b!) dg",
              Launches::weighedBackward),
          new Definition(
              "norm_backward",
              "Tensor dy, Tensor x, Tensor rstd, Tensor weight, Tensor more, Tensor(a!) dx, Tensor(b!) parts",
              Launches::normBackward),
          new Definition("gather", "Tensor rows, Tensor places, Tensor(a!) to", Launches::gather),
          new Definition(
              "gather_add",
              "Tensor rows, Tensor places, Tensor more, Tensor(a!) to",
              Launches::gatherAdd),
          new Definition(
              "cross_entropy",
              "Tensor z, Tensor targets, Tensor(a!) dz, Tensor(b!) losses",
              Launches::crossEntropy),
          new Definition("route", "Tensor n, Tensor w, Tensor(a!) z", Launches::route));

  private static final Map<Integer, CudaProgram> PROGRAMS = new ConcurrentHashMap<>();
  private static final List<Object> HELD = new ArrayList<>(); // native code points at these
  private static final ThreadLocal<RuntimeException> FAILURE = new ThreadLocal<>();
  private static boolean installed;

  private CudaOperators() {}

  /**
   * Makes the operators known to libtorch, once, and proves that they compile for a device.
   *
   * @throws IllegalStateException or a {@link LinkageError} where a library is missing
   */
  public static synchronized void install(int device) {
    if (!installed) {
      define();
      installed = true;
    }
    PROGRAMS.computeIfAbsent(device, CudaProgram::new).compile();
  }

  /** Throws what an operator failed with on this thread, if one did. */
  public static void raise() {
    RuntimeException failure = FAILURE.get();
    if (failure != null) {
      FAILURE.remove();
      throw failure;
    }
  }

  private static void define() {
    Memory library = new Memory(16);
    String file = "operators.cu";
    check(TorchShim.aoti_torch_library_init_fragment("shoal", file, 1, library));
    check(TorchShim.aoti_torch_library_init_impl("shoal", "CUDA", file, 1, library.share(8)));
    HELD.add(library);
    for (Definition definition : DEFINITIONS) {
      String schema = definition.name() + "(" + definition.arguments() + ") -> ()";
      check(TorchShim.aoti_torch_library_def(library.getPointer(0), schema));
      TorchShim.Operator operator = operator(definition);
      HELD.add(operator);
      check(TorchShim.aoti_torch_library_impl(library.getPointer(8), definition.name(), operator));
    }
  }

  private static TorchShim.Operator operator(Definition definition) {
    return (stack, arguments, results) -> {
      try {
        run(definition, stack, (int) arguments);
      } catch (RuntimeException e) {
        FAILURE.set(e);
      }
    };
  }

  private static void run(Definition definition, Pointer stack, int arguments) {
    boolean numbered = definition.arguments().contains("float ");
    ArrayView[] arrays = new ArrayView[numbered ? arguments - 1 : arguments];
    for (int i = 0; i < arrays.length; i++) {
      Pointer handle = stack.getPointer(8L * i);
      arrays[i] = ArrayView.of(handle);
      check(TorchShim.aoti_torch_delete_tensor_object(handle));
    }
    double number = numbered ? stack.getDouble(8L * (arguments - 1)) : 0;
    requireEights(definition.name(), arrays[0]);
    CudaProgram program = PROGRAMS.computeIfAbsent(arrays[0].device(), CudaProgram::new);
    if (arrays[0].rows() > 0) {
      definition.launch().on(program, arrays, number);
    }
  }

  private static void requireEights(String operator, ArrayView array) {
    if (array.columns() % 8 != 0 || array.leading() % 8 != 0) {
      throw new IllegalStateException(
          "%s cannot take rows of %d elements on a GPU; hidden sizes and the width of experts must be multiples of 8"
              .formatted(operator, array.columns()));
    }
  }

  private static void check(int result) {
    if (result != 0) {
      throw new IllegalStateException(
          "libtorch does not take operators of our own: error " + result);
    }
  }
}
