package dev.shoal.activities;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.activities.stage.StageSpec;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.stages.NamedArtifact;
import dev.shoal.workflows.stages.PublishingActivities.Story;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run's groups and scores, read from its artifacts: what the report and the model card tell.
 *
 * @param request resolved
 * @param groups which data sets share an expert, and why; null where experts are not for groups
 * @param scores perplexities of every judged model, in order
 * @param tasks scores on tasks, model by model
 */
record RunStory(
    ReconstructionRequest request,
    CalibrationStages.GroupingDocument groups,
    List<Scores> scores,
    List<TaskScores> tasks) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static RunStory read(Story story, Inputs inputs) throws IOException {
    List<Scores> scores = new ArrayList<>();
    for (NamedArtifact judged : story.scores()) {
      scores.add(Scores.read(inputs.own(judged.artifact())));
    }
    List<TaskScores> tasks = new ArrayList<>();
    for (NamedArtifact judged : story.tasks()) {
      tasks.add(TaskScores.read(inputs.own(judged.artifact())));
    }
    return new RunStory(story.request(), groups(story, inputs), scores, tasks);
  }

  private static CalibrationStages.GroupingDocument groups(Story story, Inputs inputs)
      throws IOException {
    if (story.grouping() == null) {
      return null;
    }
    Path grouping = inputs.own(story.grouping()).resolve(CalibrationStages.GROUPING);
    return JSON.readValue(grouping.toFile(), CalibrationStages.GroupingDocument.class);
  }

  /** How its experts were made. */
  ExpertMethod method() {
    return ExpertMethod.of(request.experts().by());
  }

  /** The artifacts that are read. */
  static List<StageSpec.Input> inputs(Story story) {
    List<StageSpec.Input> read = new ArrayList<>();
    if (story.grouping() != null) {
      read.add(new StageSpec.Input("grouping", story.grouping()));
    }
    story.scores().forEach(s -> read.add(new StageSpec.Input("scores " + s.name(), s.artifact())));
    story.tasks().forEach(s -> read.add(new StageSpec.Input("scores " + s.name(), s.artifact())));
    return read;
  }

  /** Perplexities: a row for each data set, the mean and the sizes, a column for each model. */
  ScoreSheet perplexities() {
    return ScoreSheet.perplexities(request, scores);
  }

  /** Task scores: a row for each task and metric, a column for each model. */
  ScoreSheet taskScores() {
    return ScoreSheet.tasks(request, tasks);
  }
}
