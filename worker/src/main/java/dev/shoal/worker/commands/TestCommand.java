package dev.shoal.worker.commands;

import dev.shoal.worker.wiring.UserError;
import picocli.CommandLine.Command;

/** Listed here, done by the launcher: tests need the sources. */
@Command(
    name = "test",
    description = "Build Shoal and run its tests (by ./shoal, with Maven).",
    footer = {"", "Example:", "  shoal test"})
public final class TestCommand extends ShoalCommand {

  @Override
  public Integer call() {
    throw UserError.wrongUse("Tests are run by the launcher in Shoal's folder: ./shoal test");
  }
}
