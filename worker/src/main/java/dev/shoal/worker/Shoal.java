package dev.shoal.worker;

import dev.shoal.worker.commands.BenchCommand;
import dev.shoal.worker.commands.CancelCommand;
import dev.shoal.worker.commands.CodecCommand;
import dev.shoal.worker.commands.CompareCommand;
import dev.shoal.worker.commands.CompletionCommand;
import dev.shoal.worker.commands.DoctorCommand;
import dev.shoal.worker.commands.DownCommand;
import dev.shoal.worker.commands.EvaluateCommand;
import dev.shoal.worker.commands.ExplainCommand;
import dev.shoal.worker.commands.ExportCommand;
import dev.shoal.worker.commands.Failures;
import dev.shoal.worker.commands.ForkCommand;
import dev.shoal.worker.commands.GenerateCommand;
import dev.shoal.worker.commands.LineageCommand;
import dev.shoal.worker.commands.LogsCommand;
import dev.shoal.worker.commands.MetricsCommand;
import dev.shoal.worker.commands.MigrateCommand;
import dev.shoal.worker.commands.PauseCommand;
import dev.shoal.worker.commands.PlanCommand;
import dev.shoal.worker.commands.QuickstartCommand;
import dev.shoal.worker.commands.ReportCommand;
import dev.shoal.worker.commands.ResumeCommand;
import dev.shoal.worker.commands.RunCommand;
import dev.shoal.worker.commands.RunsCommand;
import dev.shoal.worker.commands.SampleCommand;
import dev.shoal.worker.commands.StatusCommand;
import dev.shoal.worker.commands.StoreCommand;
import dev.shoal.worker.commands.TestCommand;
import dev.shoal.worker.commands.UnpauseCommand;
import dev.shoal.worker.commands.UpCommand;
import dev.shoal.worker.commands.VerifyCommand;
import dev.shoal.worker.commands.WatchCommand;
import dev.shoal.worker.commands.WorkerCommand;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code shoal} command. */
@Command(
    name = "shoal",
    description = "Turns a dense language model into a sparse Mixture of Experts.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      QuickstartCommand.class,
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      LogsCommand.class,
      DoctorCommand.class,
      WorkerCommand.class,
      MigrateCommand.class,
      CodecCommand.class,
      PlanCommand.class,
      RunCommand.class,
      WatchCommand.class,
      RunsCommand.class,
      ResumeCommand.class,
      PauseCommand.class,
      UnpauseCommand.class,
      CancelCommand.class,
      ForkCommand.class,
      LineageCommand.class,
      ExplainCommand.class,
      CompareCommand.class,
      ReportCommand.class,
      MetricsCommand.class,
      EvaluateCommand.class,
      GenerateCommand.class,
      SampleCommand.class,
      ExportCommand.class,
      VerifyCommand.class,
      StoreCommand.class,
      BenchCommand.class,
      TestCommand.class,
      CompletionCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong use, 3 the run needs attention, 130 interrupted.",
      "Settings: flags over environment over shoal.yaml; secrets also as NAME_FILE.",
      "Completion in bash and zsh: source <(shoal completion)"
    })
public final class Shoal implements Runnable {

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    LogManager.getLogManager().reset(); // gRPC's own logger writes to stderr
    System.setProperty("jdk.console", "java.base"); // Java 22 to 24: no console where there is none
    System.exit(commandLine().execute(args));
  }

  /** The command with its subcommands, ready to be executed. */
  public static CommandLine commandLine() {
    Failures failures = new Failures();
    return new CommandLine(new Shoal())
        .setUsageHelpAutoWidth(true)
        .setExpandAtFiles(false) // model@revision is no file of arguments
        .setCaseInsensitiveEnumValuesAllowed(true) // as they are written in a request
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
