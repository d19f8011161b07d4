package dev.shoal.models.engine.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** {@code operators.cu} on one device, compiled for it when it is first needed. */
final class CudaProgram {

  /** Columns that a block of 256 threads takes at a time in {@code norm_backward}. */
  static final int PIECE = 2048;

  private static final int PARAMETERS = 16;

  private final int device;
  private final Pointer context;
  private final Map<Integer, Pointer> modules = new HashMap<>();
  private final Map<String, Pointer> functions = new HashMap<>();
  private final ThreadLocal<Memory> room =
      ThreadLocal.withInitial(() -> new Memory(16L * PARAMETERS + 16));

  CudaProgram(int device) {
    this.device = device;
    LaunchCalls.check(LaunchCalls.cuInit(0), "start");
    Memory cell = room.get();
    LaunchCalls.check(LaunchCalls.cuDeviceGet(cell, device), "find device " + device);
    int result = LaunchCalls.cuDevicePrimaryCtxRetain(cell.share(8), cell.getInt(0));
    LaunchCalls.check(result, "use device " + device);
    this.context = cell.getPointer(8);
  }

  /** Compiles the operators now, so that an error shows before work begins. */
  void compile() {
    LaunchCalls.check(LaunchCalls.cuCtxPushCurrent_v2(context), "use device " + device);
    try {
      function("gated", 1);
    } finally {
      LaunchCalls.cuCtxPopCurrent_v2(room.get());
    }
  }

  /**
   * Starts a kernel behind what libtorch has given the device.
   *
   * @param pieces see {@link #PIECE}; 1 where it does not matter
   * @param arguments addresses, whole numbers and the bits of doubles, as the kernel takes them
   */
  void launch(String kernel, int pieces, long blocks, int threads, long... arguments) {
    Memory memory = room.get();
    LaunchCalls.check(LaunchCalls.cuCtxPushCurrent_v2(context), "use device " + device);
    try {
      Pointer function = function(kernel, pieces);
      int found = TorchStreams.aoti_torch_get_current_cuda_stream(device, memory);
      LaunchCalls.check(found, "name the current stream");
      Pointer stream = memory.getPointer(0);
      for (int i = 0; i < arguments.length; i++) {
        memory.setLong(8L * i, arguments[i]);
        memory.setPointer(8L * (PARAMETERS + i), memory.share(8L * i));
      }
      int result =
          LaunchCalls.cuLaunchKernel(
              function,
              Math.toIntExact(blocks),
              1,
              1,
              threads,
              1,
              1,
              0,
              stream,
              memory.share(8L * PARAMETERS),
              null);
      LaunchCalls.check(result, "run " + kernel);
    } finally {
      LaunchCalls.cuCtxPopCurrent_v2(memory.share(16L * PARAMETERS));
    }
  }

  private synchronized Pointer function(String kernel, int pieces) {
    return functions.computeIfAbsent(
        kernel + pieces,
        name -> {
          Memory cell = new Memory(8);
          Pointer module = modules.computeIfAbsent(pieces, this::load);
          int result = LaunchCalls.cuModuleGetFunction(cell, module, kernel);
          LaunchCalls.check(result, "find " + kernel);
          return cell.getPointer(0);
        });
  }

  private Pointer load(int pieces) {
    byte[] code =
        Nvrtc.compile(text(), "--gpu-architecture=sm_" + capability(), "-DPIECES=" + pieces);
    Memory cell = new Memory(8);
    LaunchCalls.check(LaunchCalls.cuModuleLoadData(cell, code), "load the operators");
    return cell.getPointer(0);
  }

  private String capability() {
    try (Memory cell = new Memory(8)) {
      StringBuilder capability = new StringBuilder();
      for (int part : new int[] {LaunchCalls.CAPABILITY_MAJOR, LaunchCalls.CAPABILITY_MINOR}) {
        int result = LaunchCalls.cuDeviceGetAttribute(cell, part, device);
        LaunchCalls.check(result, "describe device " + device);
        capability.append(cell.getInt(0));
      }
      return capability.toString();
    }
  }

  private static String text() {
    try (InputStream stream = CudaProgram.class.getResourceAsStream("operators.cu")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
