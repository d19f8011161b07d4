package dev.shoal.activities;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.activities.report.ReportData;
import dev.shoal.activities.report.Table;
import dev.shoal.models.affinity.Affinity;
import dev.shoal.models.affinity.Grouping;
import dev.shoal.models.moe.ExpertSet;
import dev.shoal.models.prune.ChannelOverlap;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.request.Dataset;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.stages.PublishingActivities.ReportTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** What artifacts say, as the report tells it. */
public final class ReportStory {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ReportStory() {}

  /** The page of the stage; no run id and no time in it, so equal results are equal. */
  static ReportData of(ReportTask task, RunStory story) {
    List<List<String>> digests = new ArrayList<>();
    digests.add(digest("dense model", task.model()));
    RunStory.inputs(task.story()).forEach(i -> digests.add(digest(i.role(), i.artifact())));
    if (task.export() != null) {
      digests.add(digest("export", task.export()));
    }
    return new ReportData(
        subject(story.request(), digests),
        story.scores().stream().map(ReportStory::judged).toList(),
        tasks(story.request(), story.tasks()),
        story.groups() == null ? null : groups(story.groups()),
        List.of(),
        null);
  }

  private static List<String> digest(String what, ArtifactRef artifact) {
    return List.of(what, artifact.sha256());
  }

  /** What a resolved request asks for. */
  public static ReportData.Subject subject(
      ReconstructionRequest request, List<List<String>> digests) {
    Map<String, String> exposure = new LinkedHashMap<>();
    for (Dataset set : request.datasets()) {
      exposure.put(set.name(), request.exposure(set.name()));
    }
    return new ReportData.Subject(
        request.name(),
        request.description(),
        ExpertMethod.of(request.experts().by()).words(),
        JSON.valueToTree(request),
        exposure,
        digests);
  }

  /** Scores on tasks, model by model. */
  public static Table tasks(ReconstructionRequest request, List<TaskScores> scores) {
    ScoreSheet sheet = ScoreSheet.tasks(request, scores);
    return new Table(sheet.head(), sheet.rows());
  }

  /** What an evaluation gave. */
  public static ReportData.Judged judged(Scores scores) {
    return new ReportData.Judged(
        scores.subject(),
        scores.perplexity(),
        scores.geometricMean(),
        scores.parameters(),
        scores.activeParameters(),
        scores.expertUse(),
        scores.unusedWarning());
  }

  /** Of the experts in an artifact's folder, [E, E]: Jaccard indices, averaged over layers. */
  public static List<List<Double>> overlap(Path folder) {
    try (ExpertSet built = ExpertSet.load(folder)) {
      return IntStream.range(0, built.experts())
          .mapToObj(
              i -> IntStream.range(0, built.experts()).mapToObj(j -> overlap(built, i, j)).toList())
          .toList();
    }
  }

  private static double overlap(ExpertSet built, int i, int j) {
    return IntStream.range(0, built.layers())
        .mapToDouble(l -> ChannelOverlap.jaccard(built.kept(i, l), built.kept(j, l)))
        .average()
        .orElse(0);
  }

  /** The groups in an artifact's folder. */
  public static ReportData.Groups groups(Path folder) {
    try {
      Path file = folder.resolve(CalibrationStages.GROUPING);
      return groups(JSON.readValue(file.toFile(), CalibrationStages.GroupingDocument.class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ReportData.Groups groups(CalibrationStages.GroupingDocument document) {
    Affinity affinity = document.affinity();
    Grouping grouping = document.grouping();
    return new ReportData.Groups(
        affinity.names(),
        Arrays.stream(affinity.normalised())
            .map(row -> DoubleStream.of(row).boxed().toList())
            .toList(),
        grouping.groups(),
        grouping.merges().stream()
            .map(m -> new ReportData.Join(m.first(), m.second(), m.height()))
            .toList(),
        grouping.reasons());
  }
}
