package dev.shoal.activities;

import dev.shoal.activities.stage.StageContext;
import dev.shoal.models.Progress;
import dev.shoal.models.calibration.CalibrationPass;
import dev.shoal.models.calibration.ChannelSpread;
import dev.shoal.models.calibration.ChannelStatistics;
import dev.shoal.models.calibration.StatisticsFile;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.moe.ExpertBuilder;
import dev.shoal.models.tokens.TokenFile;
import dev.shoal.workflows.stages.ExpertActivities.BuildTask;
import dev.shoal.workflows.stages.NamedArtifact;
import java.util.ArrayList;
import java.util.List;

/** One expert for each group of data sets, from the statistics of its members. */
final class DomainExperts {

  private final Inputs inputs;

  DomainExperts(Inputs inputs) {
    this.inputs = inputs;
  }

  void build(BuildTask task, DenseModel model, StageContext context) {
    List<ExpertBuilder.Group> sources = new ArrayList<>();
    for (List<String> group : inputs.groups(task.grouping())) {
      sources.add(group(task, group, model, context));
    }
    ExpertBuilder.Settings settings =
        new ExpertBuilder.Settings(
            ExpertStages.width(task, model),
            ExpertStages.compensation(task),
            ExpertStages.GRAM_BYTES);
    ExpertBuilder.build(model, sources, settings, context.folder(), context);
  }

  private ExpertBuilder.Group group(
      BuildTask task, List<String> members, DenseModel model, Progress progress) {
    List<int[]> windows = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      TokenFile tokens = inputs.train(named(task.tokens(), members.get(i)));
      windows.addAll(new WindowSets(tokens, task.calibration()).building(i, members.size()));
    }
    ChannelSpread spread =
        switch (task.calibration().statistic()) {
          case VARIANCE -> merged(task, members);
          case FLAP -> CalibrationPass.flap(model, windows, progress);
        };
    return new ExpertBuilder.Group(spread, windows);
  }

  private ChannelStatistics merged(BuildTask task, List<String> members) {
    return members.stream()
        .map(member -> inputs.own(named(task.statistics(), member).artifact()))
        .map(folder -> StatisticsFile.read(folder.resolve(CalibrationStages.STATISTICS)))
        .reduce(ChannelStatistics::plus)
        .orElseThrow();
  }

  private static NamedArtifact named(List<NamedArtifact> artifacts, String name) {
    return artifacts.stream().filter(a -> a.name().equals(name)).findFirst().orElseThrow();
  }
}
