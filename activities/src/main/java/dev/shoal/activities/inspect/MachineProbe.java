package dev.shoal.activities.inspect;

import com.sun.management.OperatingSystemMXBean;
import dev.shoal.models.engine.EngineSpeed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Measures this machine once, the first time it is asked. */
public final class MachineProbe implements Supplier<Machine> {

  private final Path artifacts;
  private double flopsPerSecond;

  /** A probe whose disk is the one that artifacts are kept on. */
  public MachineProbe(Path artifacts) {
    this.artifacts = artifacts;
  }

  @Override
  public synchronized Machine get() {
    if (flopsPerSecond == 0) {
      flopsPerSecond = EngineSpeed.flopsPerSecond();
    }
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(system.getTotalMemorySize(), flopsPerSecond, freeBytes());
  }

  private long freeBytes() {
    try {
      Files.createDirectories(artifacts);
      return Files.getFileStore(artifacts).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
