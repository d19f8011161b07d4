package dev.shoal.models.engine;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * NVIDIA's driver library, which is there wherever a GPU works and needs no toolkit. It counts the
 * devices as the engine does, {@code CUDA_VISIBLE_DEVICES} included.
 */
final class CudaDriver {

  private static final String LIBRARY = "libcuda.so.1";
  private static final int NAME_BYTES = 256;
  private static final int CAPABILITY_MAJOR = 75;
  private static final int CAPABILITY_MINOR = 76;

  private final NativeLibrary library;

  private CudaDriver(NativeLibrary library) {
    this.library = library;
  }

  /** The driver; empty where there is none or it finds no device. */
  static Optional<CudaDriver> open() {
    try {
      CudaDriver driver = new CudaDriver(NativeLibrary.getInstance(LIBRARY));
      driver.call("cuInit", 0);
      return Optional.of(driver);
    } catch (UnsatisfiedLinkError | IllegalStateException e) {
      return Optional.empty();
    }
  }

  /** The visible devices in their order. */
  List<CudaDevice> devices() {
    IntByReference count = new IntByReference();
    call("cuDeviceGetCount", count);
    List<CudaDevice> devices = new ArrayList<>();
    for (int index = 0; index < count.getValue(); index++) {
      devices.add(device(index));
    }
    return devices;
  }

  private CudaDevice device(int index) {
    int handle = handle(index);
    try (Memory name = new Memory(NAME_BYTES);
        Memory total = new Memory(Long.BYTES)) {
      call("cuDeviceGetName", name, NAME_BYTES, handle);
      call("cuDeviceTotalMem_v2", total, handle);
      String capability =
          attribute(CAPABILITY_MAJOR, handle) + "." + attribute(CAPABILITY_MINOR, handle);
      return new CudaDevice(index, name.getString(0), total.getLong(0), capability);
    }
  }

  /** Bytes of a device that nobody uses; makes the engine's own context there if there is none. */
  long freeBytes(int index) {
    int handle = handle(index);
    PointerByReference context = new PointerByReference();
    call("cuDevicePrimaryCtxRetain", context, handle);
    try (Memory free = new Memory(Long.BYTES);
        Memory total = new Memory(Long.BYTES)) {
      call("cuCtxPushCurrent_v2", context.getValue());
      try {
        call("cuMemGetInfo_v2", free, total);
      } finally {
        call("cuCtxPopCurrent_v2", new PointerByReference());
      }
      return free.getLong(0);
    } finally {
      call("cuDevicePrimaryCtxRelease_v2", handle);
    }
  }

  private int handle(int index) {
    IntByReference handle = new IntByReference();
    call("cuDeviceGet", handle, index);
    return handle.getValue();
  }

  private int attribute(int which, int handle) {
    IntByReference value = new IntByReference();
    call("cuDeviceGetAttribute", value, which, handle);
    return value.getValue();
  }

  private void call(String function, Object... arguments) {
    int status = library.getFunction(function).invokeInt(arguments);
    if (status != 0) {
      throw new IllegalStateException(
          "NVIDIA's driver answers %s with error %d (%s)"
              .formatted(function, status, errorName(status)));
    }
  }

  private String errorName(int status) {
    PointerByReference text = new PointerByReference();
    int known = library.getFunction("cuGetErrorName").invokeInt(new Object[] {status, text});
    Pointer name = text.getValue();
    return known == 0 && name != null ? name.getString(0) : "unknown";
  }
}
