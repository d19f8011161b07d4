package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.worker.runs.TextTable;
import dev.shoal.worker.stack.ServiceStatus;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.Settings;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;

/** Shows the local stack. */
@Command(
    name = "status",
    description = "Show Temporal, PostgreSQL and the worker.",
    footer = {"", "Example:", "  shoal status"})
public final class StatusCommand extends ShoalCommand {

  @Override
  public Integer call() {
    TextTable table = new TextTable("service", "state", "address", "process", "log");
    ObjectNode answer = Output.object();
    for (ServiceStatus service :
        Settings.of(Map.of(), System.getenv(), Path.of("")).stack().status()) {
      String pid = service.pid().isPresent() ? String.valueOf(service.pid().getAsLong()) : "";
      String log = service.log().map(Path::toString).orElse("");
      table.add(service.name(), state(service), service.address(), pid, log);
      answer
          .withArray("services")
          .addObject()
          .put("name", service.name())
          .put("running", service.running())
          .put("external", service.external())
          .put("address", service.address())
          .put("pid", service.pid().isPresent() ? service.pid().getAsLong() : null);
    }
    output.say(table.toString());
    output.answer(answer);
    return ExitCode.DONE;
  }

  private static String state(ServiceStatus service) {
    if (service.external()) {
      return service.running() ? "external, answers" : "external, does not answer";
    }
    return service.running() ? "running" : "stopped";
  }
}
