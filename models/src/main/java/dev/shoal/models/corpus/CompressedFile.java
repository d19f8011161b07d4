package dev.shoal.models.corpus;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Checks that a compressed file is whole. DuckDB takes a damaged gzip file and a zstd file that was
 * cut short for the end of the data, without a word.
 *
 * <p>Gzip is read to its end, checksums included. Of zstd the frames are followed block by block;
 * damage inside one is left to DuckDB, which compares the checksum where the frame has one.
 */
final class CompressedFile {

  private static final int BUFFER = 1 << 16;
  private static final int ZSTD_MAGIC = 0xFD2FB528;
  private static final int SKIPPABLE_MAGIC = 0x184D2A50;

  private CompressedFile() {}

  /** Throws where the file is compressed and not whole. */
  static void check(Path file) {
    try {
      if (CorpusFormat.isGzip(file)) {
        try (InputStream in = open(file)) {
          in.transferTo(OutputStream.nullOutputStream());
        }
      } else if (CorpusFormat.isZstd(file)) {
        followFrames(file);
      }
    } catch (ZipException | EOFException e) {
      String format = CorpusFormat.isGzip(file) ? "gzip" : "zstd";
      throw new CorpusException(
          "%s is not a whole %s file (%s); copy it again".formatted(file, format, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes of a file, decompressed where it is gzip. */
  static InputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      return CorpusFormat.isGzip(file) ? new GZIPInputStream(in, BUFFER) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static void followFrames(Path file) throws IOException {
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      DataInputStream in = new DataInputStream(bytes);
      do {
        int magic = littleEndian(in, 4);
        if ((magic & ~0xf) == SKIPPABLE_MAGIC) {
          in.skipNBytes(Integer.toUnsignedLong(littleEndian(in, 4)));
        } else if (magic == ZSTD_MAGIC) {
          followFrame(in);
        } else {
          throw new ZipException("no frame begins where one should");
        }
        bytes.mark(1);
        if (bytes.read() < 0) {
          return;
        }
        bytes.reset();
      } while (true);
    } catch (EOFException e) {
      throw withMessage(e);
    }
  }

  private static EOFException withMessage(EOFException e) {
    EOFException clear = new EOFException("it ends within a frame");
    clear.initCause(e);
    return clear;
  }

  private static void followFrame(DataInputStream in) throws IOException {
    int descriptor = in.readUnsignedByte();
    boolean singleSegment = (descriptor & 0x20) != 0;
    int sizeFlag = descriptor >>> 6;
    int sizeBytes = sizeFlag == 0 ? (singleSegment ? 1 : 0) : 1 << sizeFlag;
    int dictionaryBytes = (1 << (descriptor & 3)) >>> 1;
    in.skipNBytes((singleSegment ? 0 : 1) + dictionaryBytes + sizeBytes);
    int block;
    do {
      block = littleEndian(in, 3);
      boolean repeatedByte = (block >>> 1 & 3) == 1;
      in.skipNBytes(repeatedByte ? 1 : block >>> 3);
    } while ((block & 1) == 0);
    in.skipNBytes(descriptor & 4); // the checksum, if there is one
  }

  private static int littleEndian(DataInputStream in, int bytes) throws IOException {
    int value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= in.readUnsignedByte() << (8 * i);
    }
    return value;
  }
}
