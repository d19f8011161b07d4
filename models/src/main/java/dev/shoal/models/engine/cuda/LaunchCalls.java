package dev.shoal.models.engine.cuda;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** The part of the CUDA driver that launching needs; every function returns 0 or an error. */
final class LaunchCalls {

  static final int CAPABILITY_MAJOR = 75;
  static final int CAPABILITY_MINOR = 76;

  static {
    Native.register(LaunchCalls.class, "libcuda.so.1");
  }

  private LaunchCalls() {}

  static native int cuInit(int flags);

  static native int cuDeviceGet(Pointer device, int ordinal);

  static native int cuDeviceGetAttribute(Pointer value, int attribute, int device);

  static native int cuDevicePrimaryCtxRetain(Pointer context, int device);

  static native int cuCtxPushCurrent_v2(Pointer context);

  static native int cuCtxPopCurrent_v2(Pointer context);

  static native int cuModuleLoadData(Pointer module, byte[] image);

  static native int cuModuleGetFunction(Pointer function, Pointer module, String name);

  static native int cuLaunchKernel(
      Pointer function,
      int gridX,
      int gridY,
      int gridZ,
      int blockX,
      int blockY,
      int blockZ,
      int sharedBytes,
      Pointer stream,
      Pointer parameters,
      Pointer extra);

  static void check(int result, String what) {
    if (result != 0) {
      throw new IllegalStateException(
          "the CUDA driver failed to %s: error %d".formatted(what, result));
    }
  }
}
