package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.worker.runs.RequestFile;
import dev.shoal.worker.runs.RunStarter;
import dev.shoal.worker.runs.RunStarter.Started;
import dev.shoal.worker.wiring.Settings;
import dev.shoal.worker.wiring.TemporalConnection;
import dev.shoal.worker.wiring.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;

/** Everything on this machine, from nothing to a table of results. */
@Command(
    name = "quickstart",
    description = {
      "Start everything on this machine and reconstruct the sample model, in minutes.",
      "Ctrl-C at any moment loses nothing: starting it again goes on."
    },
    footer = {"", "Example:", "  shoal quickstart"})
public final class QuickstartCommand extends ConnectedCommand {

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = connection.settings();
    Path file = settings.home().resolve("ops/sample/quickstart.yaml");
    if (!Files.exists(file)) {
      throw UserError.failed(
          "There is no %s; set SHOAL_HOME to Shoal's folder, or start ./shoal there."
              .formatted(file));
    }
    ObjectNode request = RequestFile.read(file, List.of(), settings.variables());
    Background background = new Background(settings, output::say);
    Thread stop = new Thread(background::stop, "down");
    boolean shared = background.hasWorker();
    if (!shared) {
      Runtime.getRuntime().addShutdownHook(stop);
    }
    background.start();
    int code = reconstruct(request);
    if (!shared) {
      Runtime.getRuntime().removeShutdownHook(stop);
    }
    output.say("Everything keeps running in the background; `shoal down` stops it.");
    output.say("Where it says shoal, type ./shoal in this folder, or put that on your PATH.");
    return code;
  }

  private int reconstruct(ObjectNode request) throws InterruptedException {
    try (TemporalConnection temporal = connection.temporal()) {
      Started run = new RunStarter(temporal).start(request);
      output.say((run.attached() ? "Joined " : "Started ") + run.workflowId());
      return new RunReport(output, connection, temporal, run.workflowId())
          .follow(null, "shoal quickstart");
    }
  }
}
