package dev.shoal.worker.commands;

import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.Settings;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;

/** Stops the local stack. */
@Command(
    name = "down",
    description = "Stop worker, Temporal and PostgreSQL of this machine; their state stays.",
    footer = {"", "Example:", "  shoal down"})
public final class DownCommand extends ShoalCommand {

  @Override
  public Integer call() {
    Settings.of(Map.of(), System.getenv(), Path.of("")).stack().down(output::say);
    output.say("Stopped. `shoal up -d` goes on where it was.");
    output.answer(Output.object().put("stopped", true));
    return ExitCode.DONE;
  }
}
