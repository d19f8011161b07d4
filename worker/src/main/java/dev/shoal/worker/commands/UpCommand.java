package dev.shoal.worker.commands;

import dev.shoal.worker.stack.Endpoints;
import dev.shoal.worker.stack.LocalStack;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.Settings;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the local stack. */
@Command(
    name = "up",
    description = {
      "Start Temporal, PostgreSQL and a worker on this machine.",
      "A server that is configured is used instead of a local one. Follows the worker's log;"
          + " Ctrl-C stops everything and keeps its state."
    },
    footer = {"", "Example:", "  shoal up -d"})
public final class UpCommand extends ShoalCommand {

  @Option(
      names = {"-d", "--detach"},
      description = "Leave it running in the background.")
  private boolean detach;

  @Option(
      names = "--devices",
      paramLabel = "DEVICES",
      description =
          "What the worker computes on: 0,1 or cuda:0,cuda:1, or cpu; default: all GPUs, else cpu"
              + " (SHOAL_DEVICES).")
  private String devices;

  @Override
  public Integer call() {
    Map<String, String> flags = devices == null ? Map.of() : Map.of("SHOAL_DEVICES", devices);
    Settings settings = Settings.of(flags, System.getenv(), Path.of(""));
    LocalStack stack = settings.stack();
    Endpoints endpoints = new Background(settings, output::say).start();
    endpoints.uiUrl().ifPresent(url -> output.say("Temporal's UI: " + url));
    if (detach) {
      output.say("`shoal status` shows it, `shoal down` stops it.");
    } else {
      follow(stack);
    }
    output.answer(
        Output.object()
            .put("temporal", endpoints.temporalAddress())
            .put("ui", endpoints.uiUrl().orElse(null)));
    return ExitCode.DONE;
  }

  private void follow(LocalStack stack) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stack.down(output::say), "down"));
    stack.logs("worker", true, output::say);
  }
}
