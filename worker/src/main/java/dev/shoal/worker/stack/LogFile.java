package dev.shoal.worker.stack;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Consumer;

/** The log of one service. */
record LogFile(Path path) {

  private static final long ROTATE_BYTES = 16L << 20;
  private static final int READ_BYTES = 1 << 20;
  private static final int TAIL_BYTES = 64 << 10;
  private static final long POLL_MILLIS = 200;

  /** Puts a large log aside as {@code .1}; only while its service is down. */
  void rotate() {
    try {
      if (size() > ROTATE_BYTES) {
        Path old = path.resolveSibling(path.getFileName() + ".1");
        Files.move(path, old, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long size() {
    return path.toFile().length(); // 0 when there is none
  }

  /** At most {@code count} last lines; none when there is no file. */
  List<String> tail(int count) {
    return lastLines(size() - TAIL_BYTES, count);
  }

  /** The last words written behind an offset, to end a message with; empty when there are none. */
  String said(long from) {
    List<String> last = lastLines(Math.max(from, size() - TAIL_BYTES), 5);
    return last.isEmpty() ? "" : "\n  " + String.join("\n  ", last);
  }

  private List<String> lastLines(long from, int count) {
    String text = new String(read(from), StandardCharsets.UTF_8);
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
    return lines.subList(Math.max(0, lines.size() - count), lines.size());
  }

  /** Hands on complete lines behind an offset as they come, until the thread is interrupted. */
  void follow(long from, Consumer<String> line) throws InterruptedException {
    long offset = from;
    while (true) {
      if (size() < offset) {
        offset = 0; // put aside meanwhile
      }
      byte[] bytes = read(offset);
      int end = completeLines(bytes);
      new String(bytes, 0, end, StandardCharsets.UTF_8).lines().forEach(line);
      offset += end;
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static int completeLines(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    return end == 0 && bytes.length == READ_BYTES ? bytes.length : end; // one endless line
  }

  private byte[] read(long from) {
    if (!Files.exists(path)) {
      return new byte[0];
    }
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      file.seek(Math.max(0, Math.min(from, file.length())));
      byte[] bytes = new byte[(int) Math.min(file.length() - file.getFilePointer(), READ_BYTES)];
      file.readFully(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
