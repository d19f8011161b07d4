package dev.shoal.activities;

import dev.shoal.activities.stage.StageContext;
import dev.shoal.models.baselines.ExpertConstruction;
import dev.shoal.models.baselines.RandomCalibration;
import dev.shoal.models.calibration.CalibrationPass;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.tokenexperts.TokenExperts;
import dev.shoal.workflows.request.Experts;
import dev.shoal.workflows.stages.ExpertActivities.BuildTask;
import dev.shoal.workflows.stages.NamedArtifact;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Experts from one sample of all data sets. */
final class SampledExperts {

  private final Inputs inputs;

  SampledExperts(Inputs inputs) {
    this.inputs = inputs;
  }

  /** One of the ways to compare with; the router is trained later. */
  void build(BuildTask task, DenseModel model, StageContext context) {
    ExpertConstruction.SpreadPass spread =
        switch (task.calibration().statistic()) {
          case VARIANCE -> CalibrationPass::run;
          case FLAP -> (dense, windows, told) -> CalibrationPass.flap(dense, windows, told);
        };
    ExpertConstruction.Settings settings =
        new ExpertConstruction.Settings(
            task.experts().numExperts(),
            ExpertStages.width(task, model),
            ExpertStages.compensation(task),
            spread,
            ExpertStages.GRAM_BYTES,
            task.calibration().seed());
    ExpertMethod.of(task.experts().by())
        .construction()
        .build(model, sample(task).windows(), settings, context.folder(), context);
  }

  /** Experts with a router fitted to them. */
  void fit(BuildTask task, DenseModel model, StageContext context) {
    boolean byTokens = task.experts().by() == Experts.By.TOKENS;
    TokenExperts.Settings settings =
        new TokenExperts.Settings(
            task.experts().numExperts(),
            task.experts().expertsPerToken(),
            ExpertStages.width(task, model),
            ExpertStages.compensation(task),
            byTokens ? TokenExperts.Settings.REPETITIONS : 0,
            task.calibration().seed(),
            new TokenExperts.Fit(
                task.experts().fit().steps(), task.experts().fit().learningRate()));
    Sample sample = sample(task);
    TokenExperts.Sample grouped = new TokenExperts.Sample(sample.windows(), groups(task, sample));
    TokenExperts.build(model, grouped, settings, context.folder(), context)
        .forEach(fit -> record(fit, context));
  }

  private static void record(TokenExperts.LayerFit fit, StageContext context) {
    context.metric("expert_error", fit.layer(), fit.error());
    context.metric("expert_error_best", fit.layer(), fit.leastError());
    context.metric("expert_error_any", fit.layer(), fit.anyError());
    if (fit.course() != null) {
      context.metric("expert_fit_error_before", fit.layer(), fit.course().before());
      context.metric("expert_fit_error", fit.layer(), fit.course().after());
      context.metric("expert_fit_step", fit.layer(), (double) fit.course().step());
    }
    double least = LongStream.of(fit.tokens()).min().orElse(0);
    context.metric("expert_share_least", fit.layer(), least / LongStream.of(fit.tokens()).sum());
  }

  /**
   * Windows of all data sets.
   *
   * @param setOf the data set of each window
   */
  private record Sample(List<int[]> windows, List<String> setOf) {}

  /** The same number of windows of every data set. */
  private Sample sample(BuildTask task) {
    List<int[]> windows = new ArrayList<>();
    List<String> setOf = new ArrayList<>();
    for (int i = 0; i < task.tokens().size(); i++) {
      NamedArtifact set = task.tokens().get(i);
      List<int[]> share =
          new WindowSets(inputs.train(set), task.calibration()).building(i, task.tokens().size());
      windows.addAll(share);
      setOf.addAll(Collections.nCopies(share.size(), set.name()));
    }
    return new Sample(windows, setOf);
  }

  /** Where each window's expert is known before its router; otherwise null. */
  private int[] groups(BuildTask task, Sample sample) {
    if (task.experts().needGroups()) {
      List<List<String>> groups = inputs.groups(task.grouping());
      return sample.setOf().stream().mapToInt(set -> groupOf(groups, set)).toArray();
    }
    return task.experts().by() == Experts.By.RANDOM_CALIBRATION
        ? RandomCalibration.groups(
            sample.windows().size(), task.experts().numExperts(), task.calibration().seed())
        : null;
  }

  private static int groupOf(List<List<String>> groups, String set) {
    return IntStream.range(0, groups.size())
        .filter(g -> groups.get(g).contains(set))
        .findFirst()
        .orElseThrow();
  }
}
