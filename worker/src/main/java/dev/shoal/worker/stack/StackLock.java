package dev.shoal.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One change of the stack at a time, across processes and threads.
 *
 * <p>The kernel drops the lock with its holder, so a file left over by a killed process locks
 * nothing.
 */
final class StackLock {

  private static final Duration PATIENCE = Duration.ofMinutes(10); // a slow first download

  private StackLock() {}

  /** Waits for the lock, says so when it is held by others, and does the work under it. */
  static <T> T during(StackFolder folder, Consumer<String> progress, Supplier<T> work) {
    Path file = folder.resolve("stack.lock");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      await(channel, file, progress);
      return work.get();
    } catch (IOException e) {
      throw new StackException("Cannot lock " + file + " (" + e + ").", e);
    }
  }

  private static void await(FileChannel channel, Path file, Consumer<String> progress) {
    if (tryLock(channel)) {
      return;
    }
    progress.accept("Waiting for another shoal command that is changing this stack ...");
    if (!Waiting.until(PATIENCE, () -> tryLock(channel))) {
      throw new StackException(
          file
              + " has been held by another shoal command for "
              + PATIENCE.toMinutes()
              + " minutes; end that command and try again.");
    }
  }

  private static boolean tryLock(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // another thread of this JVM
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
