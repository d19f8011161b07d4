package dev.shoal.activities;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.activities.stage.StageCode;
import dev.shoal.activities.stage.StageContext;
import dev.shoal.activities.stage.StageRunner;
import dev.shoal.activities.stage.StageSpec;
import dev.shoal.activities.stage.StageWork;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.moe.ExpertSet;
import dev.shoal.models.prune.ChannelOverlap;
import dev.shoal.models.prune.Compensation;
import dev.shoal.models.prune.ExpertWidth;
import dev.shoal.workflows.request.Calibration;
import dev.shoal.workflows.request.Experts;
import dev.shoal.workflows.stages.ExpertActivities;
import dev.shoal.workflows.stages.StageOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Builds the experts and writes the mixture's manifest. */
final class ExpertStages implements ExpertActivities {

  /** What second moments may take; one layer's are held whatever this says. */
  static final long GRAM_BYTES = 1L << 30;

  private final StageRunner stages;
  private final Inputs inputs;
  private final WorkerDevices devices;
  private final DomainExperts domains;
  private final SampledExperts sampled;

  ExpertStages(StageRunner stages, Inputs inputs, WorkerDevices devices) {
    this.stages = stages;
    this.inputs = inputs;
    this.devices = devices;
    this.domains = new DomainExperts(inputs);
    this.sampled = new SampledExperts(inputs);
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
    Experts.By by = task.experts().by();
    if (!by.isByDomains() && by != Experts.By.TOKENS) {
      settings.put("by", by.toString());
      settings.put("num_experts", task.experts().numExperts());
    }
    if (isFitted(task)) {
      settings.put("router", "fitted");
      settings.put("num_experts", task.experts().numExperts());
      settings.put("experts_per_token", task.experts().expertsPerToken());
    }
    if (task.experts().start() == Experts.Start.GROUPS) {
      settings.put("start", "groups");
    }
    if (task.experts().fit().steps() > 0) {
      settings.put("fit_steps", task.experts().fit().steps());
      settings.put("fit_learning_rate", task.experts().fit().learningRate());
    }
    return stages.run(
        new StageSpec(task.run(), StageCode.BUILD_EXPERTS, "", settings, read(task))
            .on(devices.first(task.numerics())),
        context -> build(task, context));
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

  private StageWork.Result build(BuildTask task, StageContext context) {
    DenseModel model = inputs.dense(task.model(), devices.first(task.numerics()));
    if (isFitted(task)) {
      sampled.fit(task, model, context);
    } else if (task.experts().by().isByDomains()) {
      domains.build(task, model, context);
    } else {
      sampled.build(task, model, context);
    }
    recordOverlap(context);
    return StageWork.Result.complete();
  }

  /** How many channels the experts of a layer have in common, whatever made them. */
  private static void recordOverlap(StageContext context) {
    try (ExpertSet built = ExpertSet.load(context.folder())) {
      for (int l = 0; l < built.layers() && built.experts() > 1; l++) {
        int layer = l;
        int[][] kept =
            IntStream.range(0, built.experts())
                .mapToObj(e -> built.kept(e, layer))
                .toArray(int[][]::new);
        context.metric("channel_overlap", l, ChannelOverlap.mean(kept));
      }
    }
  }

  static int width(BuildTask task, DenseModel model) {
    return ExpertWidth.parse(task.experts().width()).channels(model.config().intermediateSize());
  }

  static Compensation compensation(BuildTask task) {
    return Compensation.valueOf(task.experts().compensation().name());
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
