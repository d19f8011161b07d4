package dev.shoal.activities;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.activities.stage.StageCode;
import dev.shoal.activities.stage.StageContext;
import dev.shoal.activities.stage.StageRunner;
import dev.shoal.activities.stage.StageSpec;
import dev.shoal.activities.stage.StageWork;
import dev.shoal.models.Progress;
import dev.shoal.models.calibration.CalibrationPass;
import dev.shoal.models.calibration.ChannelSpread;
import dev.shoal.models.calibration.ChannelStatistics;
import dev.shoal.models.calibration.StatisticsFile;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.moe.ExpertBuilder;
import dev.shoal.models.prune.Compensation;
import dev.shoal.models.prune.ExpertWidth;
import dev.shoal.models.tokens.TokenFile;
import dev.shoal.workflows.request.Calibration;
import dev.shoal.workflows.stages.ExpertActivities;
import dev.shoal.workflows.stages.NamedArtifact;
import dev.shoal.workflows.stages.StageOutcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Builds the experts and writes the mixture's manifest. */
final class ExpertStages implements ExpertActivities {

  /** What second moments may take; one layer's are held whatever this says. */
  private static final long GRAM_BYTES = 1L << 30;

  private static final ObjectMapper JSON = new ObjectMapper();
  private final StageRunner stages;
  private final Inputs inputs;
  private final WorkerDevices devices;

  ExpertStages(StageRunner stages, Inputs inputs, WorkerDevices devices) {
    this.stages = stages;
    this.inputs = inputs;
    this.devices = devices;
  }

  @Override
  public StageOutcome buildExperts(BuildTask task) {
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    settings.put("width", ExpertWidth.parse(task.experts().width()).value());
    settings.put("compensation", task.experts().compensation().name());
    settings.put("windows", task.calibration().windows());
    settings.put("window_tokens", task.calibration().windowTokens());
    settings.put("seed", task.calibration().seed());
    CalibrationStages.addStatistic(settings, task.calibration());
    List<StageSpec.Input> read = new ArrayList<>();
    read.add(new StageSpec.Input("dense", task.model()));
    read.add(new StageSpec.Input("grouping", task.grouping()));
    if (task.calibration().statistic() == Calibration.Statistic.VARIANCE) {
      task.statistics()
          .forEach(s -> read.add(new StageSpec.Input("statistics " + s.name(), s.artifact())));
    }
    task.tokens().forEach(t -> read.add(new StageSpec.Input("tokens " + t.name(), t.artifact())));
    return stages.run(
        new StageSpec(task.run(), StageCode.BUILD_EXPERTS, "", settings, read)
            .on(devices.first(task.numerics())),
        context -> build(task, context));
  }

  private StageWork.Result build(BuildTask task, StageContext context) throws IOException {
    DenseModel model = inputs.dense(task.model(), devices.first(task.numerics()));
    List<List<String>> groups =
        JSON.readValue(
                inputs.own(task.grouping()).resolve(CalibrationStages.GROUPING).toFile(),
                CalibrationStages.GroupingDocument.class)
            .grouping()
            .groups();
    List<ExpertBuilder.Group> sources = new ArrayList<>();
    for (List<String> group : groups) {
      sources.add(group(task, group, context));
    }
    int width =
        ExpertWidth.parse(task.experts().width()).channels(model.config().intermediateSize());
    Compensation compensation = Compensation.valueOf(task.experts().compensation().name());
    ExpertBuilder.build(
        model,
        sources,
        new ExpertBuilder.Settings(width, compensation, GRAM_BYTES),
        context.folder(),
        context);
    return StageWork.Result.complete();
  }

  private ExpertBuilder.Group group(BuildTask task, List<String> members, Progress progress) {
    List<int[]> windows = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      TokenFile tokens = inputs.train(named(task.tokens(), members.get(i)));
      windows.addAll(new WindowSets(tokens, task.calibration()).building(i, members.size()));
    }
    ChannelSpread spread =
        switch (task.calibration().statistic()) {
          case VARIANCE -> merged(task, members);
          case FLAP ->
              CalibrationPass.flap(
                  inputs.dense(task.model(), devices.first(task.numerics())), windows, progress);
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

  @Override
  public StageOutcome reassemble(ReassembleTask task) {
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    settings.put("experts_per_token", task.experts().expertsPerToken());
    settings.put("seed", task.seed());
    return stages.run(
        new StageSpec(
            task.run(),
            StageCode.REASSEMBLE,
            "",
            settings,
            List.of(
                new StageSpec.Input("dense", task.model()),
                new StageSpec.Input("experts", task.built()))),
        context -> {
          new MoeManifest(
                  task.model(),
                  task.built(),
                  task.experts().numExperts(),
                  task.experts().expertsPerToken(),
                  task.seed(),
                  false)
              .write(context.folder());
          return StageWork.Result.complete();
        });
  }
}
