package dev.shoal.models.engine.cuda;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/** The streams that libtorch gives work to. */
final class TorchStreams {

  static {
    Native.register(
        TorchStreams.class,
        NativeLibrary.getInstance(LoadedLibraries.require("libtorch_cuda.so").toString()));
  }

  private TorchStreams() {}

  static native int aoti_torch_get_current_cuda_stream(int device, Pointer stream);
}
