package dev.shoal.worker.stack;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How to run PostgreSQL, which refuses to run as root, when Shoal does.
 *
 * <p>A user namespace hides that we are root and keeps all files ours. Where the kernel or the
 * container forbids it (Docker's default profile does), the user {@code nobody} owns PostgreSQL's
 * files and runs it.
 *
 * @param prefix what to write before a command
 * @param changesOwner whether PostgreSQL's files have to be given to {@code nobody}
 */
record OrdinaryUser(List<String> prefix, boolean changesOwner) {

  private static final int NOBODY = 65534;

  static OrdinaryUser choose() {
    if (new UnixSystem().getUid() != 0) {
      return new OrdinaryUser(List.of(), false);
    }
    return canUnshare() ? new OrdinaryUser(List.of("unshare", "-U"), false) : nobody();
  }

  static OrdinaryUser nobody() {
    String id = Integer.toString(NOBODY);
    return new OrdinaryUser(
        List.of("setpriv", "--reuid", id, "--regid", id, "--clear-groups"), true);
  }

  private static boolean canUnshare() {
    try {
      Process probe = new ProcessBuilder("unshare", "-U", "true").start();
      return probe.waitFor(5, TimeUnit.SECONDS) && probe.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  List<String> command(String... command) {
    return Stream.concat(prefix.stream(), Stream.of(command)).toList();
  }

  /** Makes everything below a folder, or one file, usable for that user. */
  void own(Path root) {
    if (!changesOwner) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.toList()) {
        Files.setAttribute(path, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
