package dev.shoal.worker.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.shoal.activities.inspect.Inspected;
import dev.shoal.activities.inspect.Inspector;
import dev.shoal.worker.runs.RequestFile;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.Settings;
import dev.shoal.worker.wiring.Wiring;
import dev.shoal.workflows.request.ComparisonReader;
import dev.shoal.workflows.request.ComparisonReader.Member;
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
      "The request is printed with every default filled in; the machine is this one.",
      "A comparison is shown run by run; stages that they share are counted in each."
    })
public final class PlanCommand extends ConnectedCommand {

  @Parameters(index = "0", paramLabel = "REQUEST", description = "As for `shoal run`.")
  private Path file;

  @Option(names = "--set", paramLabel = "FIELD=VALUE", description = "As for `shoal run`.")
  private List<String> assignments = List.of();

  @Override
  public Integer call() throws JsonProcessingException {
    Settings settings = connection.settings();
    ObjectNode request = RequestFile.read(file, assignments, settings.variables());
    Inspector inspector = new Wiring(settings).inspector();
    output.answer(
        ComparisonReader.isComparison(request)
            ? comparison(inspector, request)
            : one(inspector, request));
    return ExitCode.DONE;
  }

  private ObjectNode comparison(Inspector inspector, ObjectNode request)
      throws JsonProcessingException {
    ObjectNode answer = Output.object();
    for (Member run : ComparisonReader.read(request.toString(), inspector::problems).runs()) {
      answer.withArray("/runs").add(one(inspector, run.request()));
    }
    return answer;
  }

  private ObjectNode one(Inspector inspector, ObjectNode request) throws JsonProcessingException {
    Inspected found = inspector.inspect(request.toString());
    JsonNode resolved = Output.object(found.request());
    output.say(new YAMLMapper().writeValueAsString(resolved));
    output.say(found.plan().markdown());
    ObjectNode answer = Output.object(found.plan());
    answer.set("request", resolved);
    return answer;
  }
}
