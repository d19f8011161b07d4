package dev.shoal.worker.commands;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The artifact store. */
@Command(
    name = "store",
    description = "Look at the artifact store, name and keep things in it, and free its disk.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      StoreListCommand.class,
      StoreUsageCommand.class,
      StorePinCommand.class,
      StoreUnpinCommand.class,
      StoreTagCommand.class,
      StoreCollectCommand.class
    },
    footer = {"", "Example:", "  shoal store ls"})
public final class StoreCommand extends ShoalCommand {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "Missing command: ls, du, pin, unpin, tag or gc");
  }
}
