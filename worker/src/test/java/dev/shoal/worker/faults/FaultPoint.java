package dev.shoal.worker.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jboss.byteman.rule.Rule;
import org.jboss.byteman.rule.helper.Helper;

/** What the rules in {@code faults.btm} may do; runs inside the worker. Byteman extends it. */
public class FaultPoint extends Helper {

  /** Names the folder in which test and worker meet. */
  static final String VARIABLE = "SHOAL_TEST_FAULTS";

  /** While it is there, a step of the expert stage takes four seconds more. */
  static final String SLOW = "slow";

  /** While it is there, the code of every stage has a higher version. */
  static final String NEWER = "newer";

  /** Made by Byteman. */
  public FaultPoint(Rule rule) {
    super(rule);
  }

  private static Path folder() {
    return Path.of(System.getenv(VARIABLE));
  }

  /** True once for each time that a test has armed the point. */
  public boolean reached(String point) {
    Path armed = folder().resolve(point);
    return Files.exists(armed) && armed.toFile().renameTo(reachedFile(folder(), point).toFile());
  }

  static Path reachedFile(Path folder, String point) {
    return folder.resolve(point + ".reached");
  }

  /** True while a test wants the worker to be of a newer version. */
  public boolean newer() {
    return Files.exists(folder().resolve(NEWER));
  }

  /** Waits to be let go or killed; a test that forgot is not waited for for ever. */
  public void stand(String point) {
    Path go = goFile(folder(), point);
    try {
      for (int i = 0; i < 1800 && !Files.deleteIfExists(go); i++) {
        Thread.sleep(100);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static Path goFile(Path folder, String point) {
    return folder.resolve(point + ".go");
  }

  /** Writes down that a step was done. */
  public void step(Object stage, long step) {
    write("steps", stage + " " + step + "\n");
    if (stage.toString().startsWith("EXPERTS") && Files.exists(folder().resolve(SLOW))) {
      try {
        Thread.sleep(4000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void write(String file, String line) {
    try {
      Files.writeString(
          folder().resolve(file), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
