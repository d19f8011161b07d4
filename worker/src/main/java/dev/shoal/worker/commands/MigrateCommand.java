package dev.shoal.worker.commands;

import dev.shoal.migrations.Database;
import dev.shoal.worker.wiring.ExitCode;
import picocli.CommandLine.Command;

/** Brings the schema up to date. */
@Command(
    name = "migrate",
    description = "Create or upgrade the database's schema.",
    footer = {"", "Example:", "  shoal migrate"})
public final class MigrateCommand extends ConnectedCommand {

  @Override
  public Integer call() {
    try (Database database = Database.open(connection.settings().database())) {
      int scripts = database.migrate();
      output.say(scripts == 0 ? "The schema was current." : "Applied " + scripts + " scripts.");
      output.answer(Output.object().put("applied", scripts));
      return ExitCode.DONE;
    }
  }
}
