package dev.shoal.models.engine.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/** An argument of an operator as its kernels see it. */
record ArrayView(long data, int device, long[] sizes, long[] strides) {

  private static final ThreadLocal<Memory> CELL = ThreadLocal.withInitial(() -> new Memory(8));

  /** Looks at a handle, which stays the caller's. */
  static ArrayView of(Pointer handle) {
    Memory cell = CELL.get();
    check(TorchShim.aoti_torch_get_data_ptr(handle, cell));
    long data = cell.getLong(0);
    check(TorchShim.aoti_torch_get_device_index(handle, cell));
    int device = cell.getInt(0);
    check(TorchShim.aoti_torch_get_dim(handle, cell));
    int dimensions = (int) cell.getLong(0);
    check(TorchShim.aoti_torch_get_sizes(handle, cell));
    long[] sizes = cell.getPointer(0).getLongArray(0, dimensions);
    check(TorchShim.aoti_torch_get_strides(handle, cell));
    return new ArrayView(data, device, sizes, cell.getPointer(0).getLongArray(0, dimensions));
  }

  /** Rows of a matrix. */
  long rows() {
    return sizes[0];
  }

  /** Elements of the last axis. */
  long columns() {
    return sizes[sizes.length - 1];
  }

  /** The distance of two rows. */
  long leading() {
    return strides[0];
  }

  private static void check(int result) {
    if (result != 0) {
      throw new IllegalStateException("libtorch does not show an operator its arguments");
    }
  }
}
