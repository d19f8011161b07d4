package dev.shoal.activities.inspect;

import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.plan.DiskPlan;
import dev.shoal.models.plan.MemoryBudget;
import dev.shoal.models.plan.MemoryNeed;
import dev.shoal.models.plan.MemoryPlan;
import dev.shoal.models.plan.ModelShape;
import dev.shoal.models.plan.MoeShape;
import dev.shoal.models.plan.ParameterCount;
import dev.shoal.models.plan.PlanInput;
import dev.shoal.models.plan.RunCost;
import dev.shoal.models.plan.TrainedWeights;
import dev.shoal.models.prune.Compensation;
import dev.shoal.models.prune.ExpertWidth;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.request.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** From a resolved request and the model's shape to what the run costs. */
final class Planner {

  private static final int CHECKPOINTS_KEPT = 2;
  private static final int FP32_BYTES = 4;

  /** More passes over the same text than this are worth a warning. */
  private static final double MANY_EPOCHS = 4;

  private final ReconstructionRequest request;
  private final MoeShape moe;
  private final Compensation compensation;
  private final Machine machine;

  Planner(ReconstructionRequest request, LlamaConfig config, Machine machine) {
    this.request = request;
    this.moe = shape(request, config);
    this.compensation = Compensation.valueOf(request.experts().compensation().name());
    this.machine = machine;
  }

  static MoeShape shape(ReconstructionRequest request, LlamaConfig config) {
    return new MoeShape(
        ModelShape.of(config),
        request.experts().numExperts(),
        request.experts().expertsPerToken(),
        ExpertWidth.parse(request.experts().width()).channels(config.intermediateSize()));
  }

  /**
   * The plan.
   *
   * @param trainTokens estimated tokens of the training text
   * @param problems gets a sentence where something cannot fit
   */
  RunPlan plan(long trainTokens, List<String> problems) {
    PlanInput input = input();
    dev.shoal.models.plan.Training training =
        new dev.shoal.models.plan.Training(
            TrainedWeights.lora(request.training().lora().r()),
            request.training().sequenceTokens(),
            request.training().distillation().weight() > 0);
    MemoryPlan memory = memory(training);
    MemoryPlan.Fits fits =
        memory.fold(
            fit -> fit,
            tooLarge -> {
              problems.add(tooLarge.message());
              return new MemoryPlan.Fits(1, 1, true, tooLarge.deviceBytes(), tooLarge.hostBytes());
            });
    RunCost cost = RunCost.of(moe, input, compensation, training, fits.recompute());
    long disk =
        DiskPlan.of(moe, input, compensation, training.weights(), CHECKPOINTS_KEPT).totalBytes();
    if (disk > machine.freeDiskBytes()) {
      problems.add(
          String.format(
              Locale.ROOT,
              "the run writes about %.1f GiB but %.1f GiB are free where artifacts are kept; free"
                  + " space or move SHOAL_ARTIFACTS",
              disk / 1073741824.0,
              machine.freeDiskBytes() / 1073741824.0));
    }
    ParameterCount parameters = ParameterCount.of(moe, compensation);
    return new RunPlan(
        lines(cost),
        ParameterCount.of(moe.dense()).total(),
        parameters.total(),
        parameters.active(),
        fits.hostBytes(),
        fits.deviceBytes(),
        disk,
        cost.seconds(machine.flopsPerSecond()),
        warnings(trainTokens));
  }

  private MemoryPlan memory(dev.shoal.models.plan.Training training) {
    Training asked = request.training();
    return MemoryPlan.choose(
        new MemoryNeed(moe, training, compensation, FP32_BYTES),
        MemoryBudget.host(machine.memoryBytes()),
        asked.batchTokens() / asked.sequenceTokens());
  }

  private PlanInput input() {
    return new PlanInput(
        request.datasets().size(),
        request.calibration().windows(),
        request.calibration().windowTokens(),
        request.calibration().affinityWindows(),
        request.evaluation().windows(),
        request.evaluation().windowTokens(),
        request.training().routerTokens(),
        request.training().expertTokens());
  }

  private List<RunPlan.Line> lines(RunCost cost) {
    return cost.stages().stream()
        .map(
            s ->
                new RunPlan.Line(
                    s.stage().label(), s.tokens(), s.flops(), s.seconds(machine.flopsPerSecond())))
        .toList();
  }

  private List<String> warnings(long trainTokens) {
    List<String> warnings = new ArrayList<>();
    long trained = request.training().routerTokens() + request.training().expertTokens();
    double epochs = (double) trained / Math.max(1, trainTokens);
    if (epochs > MANY_EPOCHS) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "training reads its text about %.1f times; more text or fewer tokens would serve better",
              epochs));
    }
    if (request.experts().expertsPerToken() == 1 && request.training().expertTokens() > 0) {
      warnings.add(
          "with one expert per token the router gets no gradient in the expert stage; it keeps"
              + " what the router stage taught it");
    }
    if (compensation == Compensation.BIAS) {
      warnings.add("no stock format holds the bias of compensation: bias; there will be no export");
    }
    return warnings;
  }
}
