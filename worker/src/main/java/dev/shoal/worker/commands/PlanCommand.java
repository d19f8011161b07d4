package dev.shoal.worker.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.shoal.activities.Foresight;
import dev.shoal.activities.inspect.Inspected;
import dev.shoal.activities.inspect.Inspector;
import dev.shoal.activities.inspect.RunPlan;
import dev.shoal.migrations.Database;
import dev.shoal.worker.lineage.Reuse;
import dev.shoal.worker.runs.PlanTables;
import dev.shoal.worker.runs.RequestFile;
import dev.shoal.worker.runs.RunFinder;
import dev.shoal.worker.runs.ScoreTable;
import dev.shoal.worker.runs.TextTable;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.Settings;
import dev.shoal.worker.wiring.UserError;
import dev.shoal.worker.wiring.Wiring;
import dev.shoal.workflows.request.ComparisonReader;
import dev.shoal.workflows.request.ComparisonReader.Member;
import dev.shoal.workflows.request.ReconstructionRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a request would do. */
@Command(
    name = "plan",
    description = {
      "Show what a request would do and need, or every mistake in it; runs nothing.",
      "The request is printed with every default filled in; the machine is this one.",
      "Of a comparison it shows a line for each run and every warning; --json has the rest."
    },
    footer = {"", "Example:", "  shoal plan legal-moe.yaml --set experts.num_experts=4"})
public final class PlanCommand extends ConnectedCommand {

  @Parameters(index = "0", paramLabel = "REQUEST", description = "As for `shoal run`.")
  private Path file;

  @Option(names = "--set", paramLabel = "FIELD=VALUE", description = "As for `shoal run`.")
  private List<String> assignments = List.of();

  @Option(
      names = "--against",
      paramLabel = "RUN",
      description = {
        "Also what the request would reuse of this run, and what it would compute anew.",
        "For example: shoal plan legal-moe.yaml --against legal-moe --set experts.num_experts=16"
      })
  private String against;

  @Override
  public Integer call() throws JsonProcessingException {
    Settings settings = connection.settings();
    ObjectNode request = RequestFile.read(file, assignments, settings.variables());
    Inspector inspector = new Wiring(settings).inspector();
    if (against != null && ComparisonReader.isComparison(request)) {
      throw UserError.wrongUse("--against takes the request of one run, not a comparison.");
    }
    output.answer(
        ComparisonReader.isComparison(request)
            ? comparison(inspector, request)
            : one(inspector, request));
    return ExitCode.DONE;
  }

  private ObjectNode comparison(Inspector inspector, ObjectNode request) {
    List<String> warnings = new ArrayList<>();
    ObjectNode answer = Output.object();
    TextTable table =
        new TextTable(
            "run", "stages", "in all", "active", "disk, GiB", "estimate, min", "warnings");
    List<Inspected> inspected = new ArrayList<>();
    List<Member> runs =
        ComparisonReader.read(request.toString(), run -> inspector.problems(run, inspected::add))
            .runs();
    for (int i = 0; i < runs.size(); i++) {
      Member run = runs.get(i);
      Inspected found = inspected.get(i);
      RunPlan plan = found.plan();
      table.add(
          run.name(),
          String.valueOf(plan.stages().size()),
          ScoreTable.count((double) plan.parameters()),
          ScoreTable.count((double) plan.activeParameters()),
          String.format(Locale.ROOT, "%.2f", plan.diskBytes() / (double) (1L << 30)),
          String.format(Locale.ROOT, "%.0f", Math.ceil(plan.seconds() / 60)),
          String.valueOf(plan.warnings().size()));
      answer.withArray("/runs").add(json(found));
      plan.warnings().forEach(warning -> warnings.add(run.name() + ": " + warning));
    }
    output.say(table.toString());
    output.say(
        "Stages that runs share are counted in each and computed once; --json has all fields.");
    warnings.forEach(warning -> output.say("Warning: " + warning));
    return answer;
  }

  private ObjectNode one(Inspector inspector, ObjectNode request) throws JsonProcessingException {
    Inspected found = inspector.inspect(request.toString());
    output.say(new YAMLMapper().writeValueAsString(whole(found.request())));
    output.say(PlanTables.text(found.plan()));
    ObjectNode answer = json(found);
    if (against != null) {
      answer.set("against", against(found));
    }
    return answer;
  }

  /** Also what is not written where it is off. */
  private static ObjectNode whole(ReconstructionRequest request) {
    ObjectNode whole = Output.object(request);
    whole.withObject("/experts").set("fit", Output.object(request.experts().fit()));
    whole.withObject("/training").set("losses", Output.object(request.training().losses()));
    return whole;
  }

  private ObjectNode against(Inspected found) {
    try (Database database = connection.database()) {
      Reuse reuse =
          new Reuse(
              database,
              RunFinder.find(database, against),
              Foresight.of(database, found, new Wiring(connection.settings()).devices()));
      output.say(reuse.text());
      return reuse.json();
    }
  }

  private static ObjectNode json(Inspected found) {
    ObjectNode answer = Output.object(found.plan());
    answer.set("request", Output.object(found.request()));
    return answer;
  }
}
