package dev.shoal.activities;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.activities.stage.StageCode;
import dev.shoal.activities.stage.StageContext;
import dev.shoal.activities.stage.StageRunner;
import dev.shoal.activities.stage.StageSpec;
import dev.shoal.activities.stage.StageWork;
import dev.shoal.models.evaluation.ExpertUse;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.tokens.Windows;
import dev.shoal.workflows.request.Evaluation;
import dev.shoal.workflows.stages.EvaluationActivities;
import dev.shoal.workflows.stages.NamedArtifact;
import dev.shoal.workflows.stages.StageOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Perplexity of a model on the evaluation side of every data set. */
final class EvaluationStage implements EvaluationActivities {

  private static final Logger LOG = LoggerFactory.getLogger(EvaluationStage.class);

  /** Metric over layers; then the expert, a slash and the data set. */
  private static final String EXPERT_SHARE = "expert_share/";

  private final StageRunner stages;
  private final Inputs inputs;
  private final Mixtures mixtures;
  private final WorkerDevices devices;
  private final TaskStage tasks;

  EvaluationStage(StageRunner stages, Inputs inputs, Mixtures mixtures, WorkerDevices devices) {
    this.stages = stages;
    this.inputs = inputs;
    this.mixtures = mixtures;
    this.devices = devices;
    this.tasks = new TaskStage(stages, inputs, mixtures, devices);
  }

  @Override
  public StageOutcome evaluate(Task task) {
    List<StageSpec.Input> read = new ArrayList<>();
    read.add(new StageSpec.Input("dense", task.model()));
    if (task.moe() != null) {
      read.add(new StageSpec.Input("moe", task.moe()));
    }
    if (task.grouping() != null) {
      read.add(new StageSpec.Input("grouping", task.grouping()));
    }
    task.tokens().forEach(t -> read.add(new StageSpec.Input("tokens " + t.name(), t.artifact())));
    StageOutcome outcome =
        stages.run(
            new StageSpec(
                    task.run(),
                    StageCode.EVALUATE,
                    task.subject(),
                    windows(task.evaluation()).put("subject", task.subject()),
                    read)
                .on(devices.first(task.numerics())),
            context -> evaluate(task, context));
    return outcome.judged(Scores.read(inputs.own(outcome.artifact())).geometricMean());
  }

  /** Tasks are scored by themselves. */
  private static ObjectNode windows(Evaluation evaluation) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("windows", evaluation.windows())
        .put("window_tokens", evaluation.windowTokens());
  }

  @Override
  public StageOutcome evaluateTask(ScoreTask task) {
    return tasks.run(task);
  }

  private StageWork.Result evaluate(Task task, StageContext context) {
    Map<String, List<int[]>> windows = windows(task);
    Scores scores = judge(task, windows, context);
    record(
        "perplexity_per_token/",
        new Scores.Half(scores.perplexity(), scores.geometricMean()),
        context);
    record("perplexity_choose/", scores.choose(), context);
    record("perplexity_report/", scores.report(), context);
    record("perplexity_by_hand/", scores.byHand(), context);
    context.metric("parameters", 0, (double) scores.parameters());
    context.metric("active_parameters", 0, (double) scores.activeParameters());
    context.metric("flops_per_token", 0, (double) scores.flopsPerToken());
    scores.write(context.folder());
    return StageWork.Result.complete();
  }

  private Scores judge(Task task, Map<String, List<int[]>> windows, StageContext context) {
    if (task.moe() == null) {
      return Evaluations.dense(
          inputs.dense(task.model(), devices.first(task.numerics())), windows, context);
    }
    try (MoeModel model = mixtures.load(task.moe(), devices.first(task.numerics()))) {
      Evaluations.Mixture judged =
          Evaluations.mixture(
              task.subject(), model, mixtures.compensation(task.moe()), windows, context);
      record(judged.use(), context);
      judged.tokens().forEach((name, layers) -> recordShares(name, layers, context));
      if (!judged.scores().unusedWarning().isEmpty()) {
        LOG.warn("{}: {}", task.subject(), judged.scores().unusedWarning());
      }
      return task.grouping() == null
          ? judged.scores()
          : judged
              .scores()
              .with(Evaluations.byHand(model, inputs.groups(task.grouping()), windows, context));
    }
  }

  private static void record(String metric, Scores.Half half, StageContext context) {
    if (half != null) {
      half.perplexity().forEach((name, value) -> context.metric(metric + name, 0, value));
      if (half.geometricMean() != null) {
        context.metric(metric + "geometric_mean", 0, half.geometricMean());
      }
    }
  }

  private static void record(List<ExpertUse> layers, StageContext context) {
    for (int l = 0; l < layers.size(); l++) {
      context.metric("expert_entropy", l, layers.get(l).entropy());
      context.metric("expert_information", l, layers.get(l).information());
      context.metric("unused_experts", l, layers.get(l).unused());
    }
  }

  /** Of the tokens of a data set, the share that each expert of each layer got. */
  private static void recordShares(String dataset, List<List<Long>> layers, StageContext context) {
    for (int l = 0; l < layers.size(); l++) {
      List<Long> tokens = layers.get(l);
      double all = Math.max(1, tokens.stream().mapToLong(Long::longValue).sum());
      for (int e = 0; e < tokens.size(); e++) {
        context.metric(EXPERT_SHARE + e + "/" + dataset, l, tokens.get(e) / all);
      }
    }
  }

  /** The first windows of each data set in file order; fewer where it is shorter. */
  private Map<String, List<int[]>> windows(Task task) {
    Map<String, List<int[]>> windows = new LinkedHashMap<>();
    for (NamedArtifact set : task.tokens()) {
      Windows all = Windows.inOrder(inputs.eval(set), task.evaluation().windowTokens());
      int count = Math.min(all.count(), task.evaluation().windows());
      windows.put(set.name(), IntStream.range(0, count).mapToObj(all::get).toList());
    }
    return windows;
  }
}
