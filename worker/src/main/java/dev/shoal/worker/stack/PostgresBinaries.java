package dev.shoal.worker.stack;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The PostgreSQL executables that come with Shoal, unpacked once into the state folder. */
final class PostgresBinaries {

  /** Major version of the data folder; raise it with the version in the POM. */
  static final int MAJOR = 17;

  private static final int OWNER_EXECUTES = 0100;

  private PostgresBinaries() {}

  /** The folder with {@code initdb}, {@code pg_ctl} and {@code postgres}. */
  static Path unpack(Path postgresFolder) {
    Path home = postgresFolder.resolve("pgsql-" + MAJOR);
    try {
      if (!Files.isDirectory(home)) {
        Path part = postgresFolder.resolve("pgsql-" + MAJOR + ".part");
        deleteTree(part); // left by a killed start
        unpackInto(part);
        Files.move(part, home, StandardCopyOption.ATOMIC_MOVE);
      }
      return home.resolve("bin");
    } catch (IOException e) {
      throw new StackException("Cannot unpack PostgreSQL into " + home + " (" + e + ").", e);
    }
  }

  private static void unpackInto(Path target) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(
            new XZCompressorInputStream(new BufferedInputStream(archive())))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        write(tar, entry, target.resolve(entry.getName()).normalize());
      }
    }
  }

  private static InputStream archive() throws IOException {
    String system = System.getProperty("os.name").startsWith("Mac") ? "Darwin" : "Linux";
    String hardware = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "arm_64";
    InputStream archive = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, hardware);
    if (archive == null) {
      throw new StackException(
          "Shoal brings no PostgreSQL for %s %s; set SHOAL_DATABASE_URL to a database of your own."
              .formatted(system, System.getProperty("os.arch")));
    }
    return archive;
  }

  private static void write(InputStream content, TarArchiveEntry entry, Path target)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.copy(content, target);
      boolean program = (entry.getMode() & OWNER_EXECUTES) != 0;
      Files.setPosixFilePermissions(
          target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }

  /** Deletes a folder and what is in it; nothing happens when it is not there. */
  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    }
  }
}
