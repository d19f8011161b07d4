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
import dev.shoal.models.tokenexperts.TokenExperts;
import dev.shoal.models.tokens.TokenFile;
import dev.shoal.workflows.request.Calibration;
import dev.shoal.workflows.request.Experts;
import dev.shoal.workflows.stages.ExpertActivities;
import dev.shoal.workflows.stages.NamedArtifact;
import dev.shoal.workflows.stages.StageOutcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

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
    if (isFitted(task)) {
      settings.put("router", "fitted");
      settings.put("num_experts", task.experts().numExperts());
      settings.put("experts_per_token", task.experts().expertsPerToken());
    }
    return stages.run(
        new StageSpec(task.run(), StageCode.BUILD_EXPERTS, "", settings, read(task))
            .on(devices.first(task.numerics())),
        context -> isFitted(task) ? fit(task, context) : build(task, context));
  }

  private static boolean isFitted(BuildTask task) {
    return task.experts().router() == Experts.RouterOrigin.FITTED;
  }

  private static List<StageSpec.Input> read(BuildTask task) {
    List<StageSpec.Input> read = new ArrayList<>();
    read.add(new StageSpec.Input("dense", task.model()));
    if (task.grouping() != null) {
      read.add(new StageSpec.Input("grouping", task.grouping()));
    }
    if (task.calibration().statistic() == Calibration.Statistic.VARIANCE && !isFitted(task)) {
      task.statistics()
          .forEach(s -> read.add(new StageSpec.Input("statistics " + s.name(), s.artifact())));
    }
    task.tokens().forEach(t -> read.add(new StageSpec.Input("tokens " + t.name(), t.artifact())));
    return read;
  }

  private StageWork.Result build(BuildTask task, StageContext context) throws IOException {
    DenseModel model = inputs.dense(task.model(), devices.first(task.numerics()));
    List<ExpertBuilder.Group> sources = new ArrayList<>();
    for (List<String> group : groups(task)) {
      sources.add(group(task, group, context));
    }
    ExpertBuilder.build(
        model,
        sources,
        new ExpertBuilder.Settings(width(task, model), compensation(task), GRAM_BYTES),
        context.folder(),
        context);
    return StageWork.Result.complete();
  }

  /** Experts and their router, from one sample of all data sets. */
  private StageWork.Result fit(BuildTask task, StageContext context) throws IOException {
    DenseModel model = inputs.dense(task.model(), devices.first(task.numerics()));
    boolean byTokens = task.grouping() == null;
    TokenExperts.Settings settings =
        new TokenExperts.Settings(
            task.experts().numExperts(),
            task.experts().expertsPerToken(),
            width(task, model),
            compensation(task),
            byTokens ? TokenExperts.Settings.REPETITIONS : 0,
            task.calibration().seed());
    TokenExperts.Sample sample = sample(task, byTokens ? null : groups(task));
    TokenExperts.build(model, sample, settings, context.folder(), context)
        .forEach(fit -> record(fit, context));
    return StageWork.Result.complete();
  }

  private static void record(TokenExperts.LayerFit fit, StageContext context) {
    context.metric("expert_error", fit.layer(), fit.error());
    context.metric("expert_error_best", fit.layer(), fit.leastError());
    context.metric("expert_error_any", fit.layer(), fit.anyError());
    double least = LongStream.of(fit.tokens()).min().orElse(0);
    context.metric("expert_share_least", fit.layer(), least / LongStream.of(fit.tokens()).sum());
  }

  /** The same number of windows of every data set; each knows its group where there are groups. */
  private TokenExperts.Sample sample(BuildTask task, List<List<String>> groups) {
    List<int[]> windows = new ArrayList<>();
    List<Integer> groupOf = new ArrayList<>();
    for (int i = 0; i < task.tokens().size(); i++) {
      NamedArtifact set = task.tokens().get(i);
      List<int[]> share =
          new WindowSets(inputs.train(set), task.calibration()).building(i, task.tokens().size());
      windows.addAll(share);
      int group = groups == null ? 0 : groupOf(groups, set.name());
      groupOf.addAll(Collections.nCopies(share.size(), group));
    }
    int[] all = groupOf.stream().mapToInt(Integer::intValue).toArray();
    return new TokenExperts.Sample(windows, groups == null ? null : all);
  }

  private static int groupOf(List<List<String>> groups, String set) {
    return IntStream.range(0, groups.size())
        .filter(g -> groups.get(g).contains(set))
        .findFirst()
        .orElseThrow();
  }

  private List<List<String>> groups(BuildTask task) throws IOException {
    return JSON.readValue(
            inputs.own(task.grouping()).resolve(CalibrationStages.GROUPING).toFile(),
            CalibrationStages.GroupingDocument.class)
        .grouping()
        .groups();
  }

  private static int width(BuildTask task, DenseModel model) {
    return ExpertWidth.parse(task.experts().width()).channels(model.config().intermediateSize());
  }

  private static Compensation compensation(BuildTask task) {
    return Compensation.valueOf(task.experts().compensation().name());
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
