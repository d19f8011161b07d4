package dev.shoal.worker.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/** What may happen to a folder that was written, while nobody looks. */
enum Damage {
  FLIPPED("with a flipped bit", "one bit of the largest file flipped") {
    @Override
    void to(Path folder) throws IOException {
      try (RandomAccessFile file = writable(largest(folder))) {
        long middle = file.length() / 2;
        file.seek(middle);
        int old = file.read();
        file.seek(middle);
        file.write(old ^ 1);
      }
    }
  },

  TRUNCATED("cut short", "the largest file made a byte shorter") {
    @Override
    void to(Path folder) throws IOException {
      try (RandomAccessFile file = writable(largest(folder))) {
        file.setLength(file.length() - 1);
      }
    }
  },

  MISSING("without a file", "the largest file deleted") {
    @Override
    void to(Path folder) throws IOException {
      Files.delete(largest(folder));
    }
  },

  GONE("gone", "the folder deleted") {
    @Override
    void to(Path folder) throws IOException {
      FileUtils.deleteDirectory(folder.toFile());
    }
  };

  final String words;
  final String how;

  Damage(String words, String how) {
    this.words = words;
    this.how = how;
  }

  abstract void to(Path folder) throws IOException;

  private static Path largest(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .max(Comparator.comparing(file -> file.toFile().length()))
          .orElseThrow();
    }
  }

  private static RandomAccessFile writable(Path file) throws IOException {
    file.toFile().setWritable(true);
    return new RandomAccessFile(file.toFile(), "rw");
  }
}
