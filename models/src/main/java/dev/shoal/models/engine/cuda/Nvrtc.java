package dev.shoal.models.engine.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** NVIDIA's run-time compiler, which comes with every CUDA build of libtorch. */
final class Nvrtc {

  static {
    Path library =
        LoadedLibraries.beside("libnvrtc.so")
            .orElse(Path.of("libnvrtc.so")); // or wherever the loader looks
    Native.register(Nvrtc.class, NativeLibrary.getInstance(library.toString()));
  }

  private Nvrtc() {}

  /**
   * Machine code of a program.
   *
   * @throws IllegalStateException with the compiler's words
   */
  static byte[] compile(String source, String... options) {
    try (Memory cell = new Memory(8)) {
      byte[] text = (source + "\0").getBytes(StandardCharsets.UTF_8);
      check(nvrtcCreateProgram(cell, text, "operators.cu", 0, null, null), "start");
      Pointer program = cell.getPointer(0);
      int result = nvrtcCompileProgram(program, options.length, new StringArray(options));
      if (result != 0) {
        throw new IllegalStateException("CUDA text does not compile: " + log(program, cell));
      }
      check(nvrtcGetCUBINSize(program, cell), "give its code");
      byte[] code = new byte[(int) cell.getLong(0)];
      check(nvrtcGetCUBIN(program, code), "give its code");
      cell.setPointer(0, program);
      nvrtcDestroyProgram(cell);
      return code;
    }
  }

  private static String log(Pointer program, Memory cell) {
    check(nvrtcGetProgramLogSize(program, cell), "explain itself");
    byte[] log = new byte[(int) cell.getLong(0)];
    check(nvrtcGetProgramLog(program, log), "explain itself");
    return new String(log, StandardCharsets.UTF_8).trim();
  }

  private static void check(int result, String what) {
    if (result != 0) {
      throw new IllegalStateException(
          "the CUDA compiler failed to %s: error %d".formatted(what, result));
    }
  }

  private static native int nvrtcCreateProgram(
      Pointer program, byte[] source, String name, int headers, Pointer texts, Pointer names);

  private static native int nvrtcCompileProgram(Pointer program, int count, Pointer options);

  private static native int nvrtcGetCUBINSize(Pointer program, Pointer size);

  private static native int nvrtcGetCUBIN(Pointer program, byte[] code);

  private static native int nvrtcGetProgramLogSize(Pointer program, Pointer size);

  private static native int nvrtcGetProgramLog(Pointer program, byte[] log);

  private static native int nvrtcDestroyProgram(Pointer program);
}
