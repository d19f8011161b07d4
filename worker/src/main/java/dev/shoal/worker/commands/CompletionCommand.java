package dev.shoal.worker.commands;

import dev.shoal.worker.wiring.ExitCode;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What a shell needs to complete commands and options. */
@Command(
    name = "completion",
    description = {
      "Print the script that lets bash or zsh complete commands and options. This line in ~/.bashrc"
          + " or ~/.zshrc switches it on, where shoal is on the PATH: source <(shoal completion)"
    },
    footer = {"", "Example:", "  shoal completion"})
public final class CompletionCommand extends ShoalCommand {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine shoal = spec.root().commandLine();
    String script = AutoComplete.bash(shoal.getCommandName(), shoal);
    output.write(script);
    output.answer(Output.object().put("script", script));
    return ExitCode.DONE;
  }
}
