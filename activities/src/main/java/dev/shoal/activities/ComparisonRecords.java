package dev.shoal.activities;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.activities.inspect.Inspector;
import dev.shoal.activities.stage.Failures;
import dev.shoal.migrations.Database;
import dev.shoal.workflows.ComparisonResult;
import dev.shoal.workflows.request.ComparisonReader;
import dev.shoal.workflows.request.Problem;
import dev.shoal.workflows.stages.ComparisonActivities;
import dev.shoal.workflows.stages.RunRef;
import io.temporal.activity.Activity;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Inspects comparisons and keeps their rows; those of their runs have workflow ids below theirs.
 */
final class ComparisonRecords implements ComparisonActivities {

  private static final ObjectMapper JSON = new ObjectMapper();
  private final Database database;
  private final Inspector inspector;

  ComparisonRecords(Database database, Inspector inspector) {
    this.database = database;
    this.inspector = inspector;
  }

  @Override
  public Inspection inspectComparison(Task task) {
    try {
      ComparisonReader.Members found = ComparisonReader.read(task.requestJson(), this::problems);
      List<Member> members =
          found.runs().stream()
              .map(run -> new Member(run.name(), run.request().toString()))
              .toList();
      String model = found.runs().get(0).request().path("model").asText();
      RunRef run =
          InspectionStage.open(
              database, found.name(), List.of(), task.requestJson(), Optional.empty());
      return new Inspection(run, found.name(), model, members);
    } catch (RuntimeException e) {
      throw Failures.translate(e);
    }
  }

  private List<Problem> problems(String request) {
    Activity.getExecutionContext().heartbeat(null);
    return inspector.problems(request, found -> {});
  }

  @Override
  public ComparisonResult concludeComparison(Conclusion conclusion) {
    try {
      ComparisonResult result =
          new ComparisonResult(conclusion.run().runId(), conclusion.name(), conclusion.runs());
      database.runs().succeed(UUID.fromString(conclusion.run().runId()), JSON.valueToTree(result));
      return result;
    } catch (RuntimeException e) {
      throw Failures.translate(e);
    }
  }
}
