package dev.shoal.worker.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.shoal.activities.inspect.Inspected;
import dev.shoal.worker.runs.RequestFile;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.Settings;
import dev.shoal.worker.wiring.Wiring;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a request would do. */
@Command(
    name = "plan",
    description = {
      "Show what a request would do and need, or every mistake in it; runs nothing.",
      "The request is printed with every default filled in; the machine is this one."
    })
public final class PlanCommand extends ConnectedCommand {

  @Parameters(index = "0", paramLabel = "REQUEST", description = "As for `shoal run`.")
  private Path file;

  @Option(names = "--set", paramLabel = "FIELD=VALUE", description = "As for `shoal run`.")
  private List<String> assignments = List.of();

  @Override
  public Integer call() throws JsonProcessingException {
    Settings settings = connection.settings();
    String request = RequestFile.read(file, assignments, settings.variables()).toString();
    Inspected found = new Wiring(settings).inspector().inspect(request);
    JsonNode resolved = Output.object(found.request());
    output.say(new YAMLMapper().writeValueAsString(resolved));
    output.say(found.plan().markdown());
    output.answer(Output.object(found.plan()).set("request", resolved));
    return ExitCode.DONE;
  }
}
