package dev.shoal.worker.commands;

import dev.shoal.worker.outbox.Messenger;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.MessageSettings;
import dev.shoal.worker.wiring.Settings;
import dev.shoal.worker.wiring.WorkerLog;
import dev.shoal.worker.wiring.WorkerProgram;
import java.io.IOException;
import picocli.CommandLine.Command;

/** Works until it is told to stop. */
@Command(
    name = "worker",
    description = {
      "Work on runs until SIGTERM or Ctrl-C; running stages then write a checkpoint.",
      "The schema must be current: `shoal migrate`."
    },
    footer = {"", "Example:", "  shoal worker --devices cpu"})
public final class WorkerCommand extends ConnectedCommand {

  @Override
  public Integer call() throws InterruptedException, IOException {
    WorkerLog.begin();
    Settings settings = connection.settings();
    MessageSettings messages = settings.messages();
    WorkerProgram.run(settings, database -> Messenger.start(database, messages));
    return ExitCode.DONE;
  }
}
