package dev.shoal.activities.store;

import dev.shoal.models.checkpoint.AtomicFile;
import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.models.checkpoint.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Digests of files, remembered by path, inode, size and time of change, so that a large checkpoint
 * is read once. One small file per entry: any number of processes may share the folder.
 */
public final class DigestMemory {

  /** How long an entry stays that nobody asks for. */
  public static final Duration KEPT = Duration.ofDays(30);

  private static final Duration RENEW_AFTER = Duration.ofDays(1);

  private final Path folder;

  /** Remembers below a folder. */
  public DigestMemory(Path folder) {
    this.folder = folder;
  }

  /** SHA-256 of a file's bytes. */
  public String sha256(Path file) {
    Path entry = folder.resolve(identity(file));
    try {
      if (Files.isRegularFile(entry)) {
        String digest = Files.readString(entry);
        renew(entry);
        return digest;
      }
      String digest = Sha256.of(file);
      AtomicFile.writeAmongOthers(entry, digest.getBytes(StandardCharsets.US_ASCII));
      return digest;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is asked for is not forgotten; a missed renewal costs a file that is read again. */
  private static void renew(Path entry) throws IOException {
    Instant now = Instant.now();
    Instant last = Files.getLastModifiedTime(entry).toInstant();
    if (last.plus(RENEW_AFTER).isBefore(now)) {
      Files.setLastModifiedTime(entry, FileTime.from(now));
    }
  }

  /** Manifest of every file below a folder. */
  public FolderManifest manifest(Path root) {
    try (Stream<Path> files = Files.walk(root)) {
      return manifest(root, files.filter(Files::isRegularFile).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Manifest of some files of a folder. */
  public FolderManifest manifest(Path root, List<Path> files) {
    return new FolderManifest(files.stream().map(file -> entry(root, file)).toList());
  }

  private FolderManifest.Entry entry(Path root, Path file) {
    try {
      String path = root.relativize(file).toString().replace('\\', '/');
      return new FolderManifest.Entry(path, Files.size(file), sha256(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String identity(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      String identity =
          "%s|%s|%d|%s"
              .formatted(
                  file.toRealPath(),
                  attributes.fileKey(),
                  attributes.size(),
                  attributes.lastModifiedTime());
      return Sha256.of(identity.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
