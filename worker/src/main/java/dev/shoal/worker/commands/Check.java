package dev.shoal.worker.commands;

import dev.shoal.migrations.Database;
import dev.shoal.models.engine.Engine;
import dev.shoal.worker.wiring.DeviceReport;
import dev.shoal.worker.wiring.Settings;
import dev.shoal.worker.wiring.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * One thing that was looked at.
 *
 * @param name what
 * @param verdict on it
 * @param detail what was found, or the problem with its remedy
 */
record Check(String name, Verdict verdict, String detail) {

  /** What follows from what was found. */
  enum Verdict {
    /** It is as it should be. */
    OK,
    /** Nothing that is broken, but worth knowing. */
    NOTE,
    /** Runs would fail. */
    PROBLEM
  }

  private static final long NEEDED_GIB = 2;

  static List<Check> all(Settings settings) {
    List<Check> checks = new ArrayList<>();
    checks.add(of("Java", Check::java));
    checks.add(of("native libraries", Check::engine));
    checks.add(devices(() -> DeviceReport.look(settings)));
    checks.addAll(TemporalChecks.look(settings));
    checks.add(of("PostgreSQL", () -> database(settings)));
    checks.add(of("data roots", () -> dataRoots(settings)));
    checks.add(of("artifacts", () -> writable(settings.artifacts())));
    checks.add(of("free disk", () -> space(settings.artifacts())));
    return checks;
  }

  /** What a check says when it throws is the problem. */
  static Check of(String name, Callable<String> look) {
    try {
      return new Check(name, Verdict.OK, look.call());
    } catch (Exception e) {
      return new Check(name, Verdict.PROBLEM, e.getMessage());
    } catch (LinkageError e) {
      return new Check(name, Verdict.PROBLEM, "cannot be loaded: " + e.getMessage());
    }
  }

  boolean ok() {
    return verdict != Verdict.PROBLEM;
  }

  /** A GPU that lies idle is no problem, but worth a note. */
  static Check devices(Callable<DeviceReport> look) {
    String[] unused = new String[1];
    Check tested =
        of(
            "devices",
            () -> {
              DeviceReport report = look.call();
              unused[0] = report.unused().orElse(null);
              return report.tested();
            });
    return unused[0] == null || !tested.ok()
        ? tested
        : new Check(tested.name, Verdict.NOTE, tested.detail + "; " + unused[0]);
  }

  private static String java() {
    return "%s (%s)"
        .formatted(System.getProperty("java.version"), System.getProperty("java.vm.name"));
  }

  private static String engine() {
    return "PyTorch %s, %d threads".formatted(Engine.version(), Engine.threads());
  }

  private static String database(Settings settings) {
    try (Database database = Database.open(settings.database())) {
      database.requireCurrent();
      return settings.database() + ", schema current";
    }
  }

  private static String dataRoots(Settings settings) {
    List<Path> present = settings.dataRoots().stream().filter(Files::isReadable).toList();
    if (present.isEmpty()) {
      throw UserError.failed(
          "none of %s can be read; set SHOAL_DATA_ROOTS".formatted(settings.dataRoots()));
    }
    return present.toString();
  }

  private static String writable(Path folder) throws IOException {
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, ".doctor", ""));
      return folder + " can be written";
    } catch (IOException e) {
      throw new IOException(folder + " cannot be written; change its rights or SHOAL_ARTIFACTS", e);
    }
  }

  private static String space(Path folder) throws IOException {
    Path existing = folder;
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    long gib = Files.getFileStore(existing).getUsableSpace() >> 30;
    if (gib < NEEDED_GIB) {
      throw new IOException(
          "%d GiB at %s; free at least %d GiB, or set SHOAL_ARTIFACTS"
              .formatted(gib, existing, NEEDED_GIB));
    }
    return gib + " GiB at " + existing;
  }
}
