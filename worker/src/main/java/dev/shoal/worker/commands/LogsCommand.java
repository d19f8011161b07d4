package dev.shoal.worker.commands;

import dev.shoal.worker.stack.LocalStack;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.Settings;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a service of the local stack wrote. */
@Command(
    name = "logs",
    description = "Show the last lines of a service's log.",
    footer = {"", "Example:", "  shoal logs temporal"})
public final class LogsCommand extends ShoalCommand {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SERVICE",
      defaultValue = "worker",
      description = "worker (default), temporal or postgres.")
  private String service;

  @Option(
      names = {"-f", "--follow"},
      description = "And those to come, until Ctrl-C.")
  private boolean follow;

  @Override
  public Integer call() {
    LocalStack stack = Settings.of(Map.of(), System.getenv(), Path.of("")).stack();
    stack.logs(service, follow, output::say);
    output.answer(Output.object().put("service", service));
    return ExitCode.DONE;
  }
}
