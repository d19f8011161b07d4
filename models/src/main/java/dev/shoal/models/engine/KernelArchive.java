package dev.shoal.models.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A TorchScript archive made of text: the file {@code torch.jit.save} would write, in memory. */
final class KernelArchive {

  private static final String HEADER =
      """
      class Kernels(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
      """;

  private KernelArchive() {}

  /** Packs methods, each indented by two spaces, into one archive. */
  static byte[] of(String methods) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
      zip.setMethod(ZipOutputStream.STORED);
      store(zip, "kernels/code/__torch__.py", (HEADER + methods).getBytes(StandardCharsets.UTF_8));
      store(zip, "kernels/data.pkl", instance());
      store(zip, "kernels/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "kernels/version", "10\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException("a zip file in memory could not be written", e);
    }
    return bytes.toByteArray();
  }

  /** The pickle of {@code Kernels()} with the one attribute {@code training = True}. */
  private static byte[] instance() throws IOException {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.write(new byte[] {(byte) 0x80, 2});
    pickle.write("c__torch__\nKernels\n)".getBytes(StandardCharsets.US_ASCII));
    pickle.write(new byte[] {(byte) 0x81, '}', '(', 'X', 8, 0, 0, 0});
    pickle.write("training".getBytes(StandardCharsets.US_ASCII));
    pickle.write(new byte[] {(byte) 0x88, 'u', 'b', '.'});
    return pickle.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(checksum.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
