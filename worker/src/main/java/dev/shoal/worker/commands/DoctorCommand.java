package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.worker.wiring.ExitCode;
import java.util.List;
import picocli.CommandLine.Command;

/** Looks for what would make a run fail. */
@Command(
    name = "doctor",
    description =
        "Check Java, native libraries, devices, Temporal, worker, PostgreSQL, folders and disk.",
    footer = {"", "Example:", "  shoal doctor"})
public final class DoctorCommand extends ConnectedCommand {

  @Override
  public Integer call() {
    List<Check> checks = Check.all(connection.settings());
    ObjectNode answer = Output.object().put("ok", checks.stream().allMatch(Check::ok));
    for (Check check : checks) {
      output.say(
          "%-8s %-16s %s"
              .formatted(
                  check.verdict() == Check.Verdict.OK ? "ok" : check.verdict(),
                  check.name(),
                  check.detail()));
      answer
          .withArray("checks")
          .addObject()
          .put("name", check.name())
          .put("ok", check.ok())
          .put("detail", check.detail());
    }
    output.answer(answer);
    return checks.stream().allMatch(Check::ok) ? ExitCode.DONE : ExitCode.FAILED;
  }
}
