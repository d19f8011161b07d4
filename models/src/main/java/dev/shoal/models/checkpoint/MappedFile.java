package dev.shoal.models.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of any size in memory, read-only, little endian.
 *
 * <p>Segments begin every {@value #STRIDE} bytes and are twice as long, so any range up to that
 * length lies within one of them. Everything is mapped at once: no file stays open, and an
 * interrupted thread cannot close it for others. The mapping goes when the object is collected.
 */
public final class MappedFile {

  /** Longest range that {@link #slice} can give: 1 GiB less one byte. */
  static final int STRIDE = (1 << 30) - 1;

  private final ByteBuffer[] segments;
  private final long size;

  private MappedFile(ByteBuffer[] segments, long size) {
    this.segments = segments;
    this.size = size;
  }

  /** Maps a file as long as it is now. */
  public static MappedFile open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      ByteBuffer[] segments = new ByteBuffer[Math.toIntExact((size + STRIDE - 1) / STRIDE)];
      for (int i = 0; i < segments.length; i++) {
        long begin = (long) i * STRIDE;
        segments[i] = channel.map(MapMode.READ_ONLY, begin, Math.min(2L * STRIDE, size - begin));
      }
      return new MappedFile(segments, size);
    }
  }

  /** Bytes in the file. */
  public long size() {
    return size;
  }

  /**
   * A view of part of the file; nothing is copied.
   *
   * @param offset first byte
   * @param length bytes, at most {@value #STRIDE}
   */
  public ByteBuffer slice(long offset, int length) {
    if (offset < 0 || length < 0 || length > STRIDE || offset > size - length) {
      throw new IndexOutOfBoundsException(
          length + " bytes at " + offset + " of a file of " + size + " bytes");
    }
    if (length == 0) {
      return ByteBuffer.allocate(0);
    }
    ByteBuffer segment = segments[(int) (offset / STRIDE)];
    return segment.slice((int) (offset % STRIDE), length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
