package dev.shoal.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** The moment at which the expert stage can be resumed from. */
final class ExpertCheckpoint {

  private ExpertCheckpoint() {}

  /** The router stage makes one computation's checkpoints, the expert stage the second's. */
  static void await(TestHome home) throws Exception {
    Path checkpoints = home.artifacts().resolve("checkpoints");
    long deadline = System.nanoTime() + Duration.ofMinutes(4).toNanos();
    while (System.nanoTime() < deadline) {
      if (isIn(checkpoints)) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no checkpoint of the expert stage appeared");
  }

  private static boolean isIn(Path checkpoints) throws IOException {
    if (!Files.isDirectory(checkpoints)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(checkpoints)) {
      return files
          .filter(file -> file.getFileName().toString().equals("state.json"))
          .filter(file -> !file.getParent().getFileName().toString().startsWith("."))
          .anyMatch(ExpertCheckpoint::isOfExperts);
    } catch (java.io.UncheckedIOException e) {
      return false; // a folder was renamed or deleted while it was walked
    }
  }

  private static boolean isOfExperts(Path file) {
    try {
      return Files.readString(file).contains("EXPERTS");
    } catch (IOException e) {
      return false;
    }
  }
}
