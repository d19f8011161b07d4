package dev.shoal.models.engine.cuda;

import com.sun.jna.Callback;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * The part of libtorch's stable C interface that is needed; every function returns 0 or an error.
 */
final class TorchShim {

  /**
   * An operator: takes its arguments from the stack, 8 bytes each, and owns the arrays among them.
   */
  interface Operator extends Callback {
    /** Computes. */
    void invoke(Pointer stack, long arguments, long results);
  }

  static {
    Native.register(
        TorchShim.class,
        NativeLibrary.getInstance(LoadedLibraries.require("libtorch_cpu.so").toString()));
  }

  private TorchShim() {}

  static native int aoti_torch_library_init_fragment(
      String namespace, String file, int line, Pointer library);

  static native int aoti_torch_library_init_impl(
      String namespace, String key, String file, int line, Pointer library);

  static native int aoti_torch_library_def(Pointer library, String schema);

  static native int aoti_torch_library_impl(Pointer library, String name, Operator operator);

  static native int aoti_torch_get_data_ptr(Pointer array, Pointer data);

  static native int aoti_torch_get_dim(Pointer array, Pointer dimensions);

  static native int aoti_torch_get_sizes(Pointer array, Pointer sizes);

  static native int aoti_torch_get_strides(Pointer array, Pointer strides);

  static native int aoti_torch_get_device_index(Pointer array, Pointer index);

  static native int aoti_torch_delete_tensor_object(Pointer array);
}
