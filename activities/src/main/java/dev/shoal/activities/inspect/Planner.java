package dev.shoal.activities.inspect;

import dev.shoal.activities.devices.DeviceMemory;
import dev.shoal.activities.devices.TrainingMemory;
import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Precision;
import dev.shoal.models.plan.DiskPlan;
import dev.shoal.models.plan.MemoryBudget;
import dev.shoal.models.plan.ModelShape;
import dev.shoal.models.plan.MoeShape;
import dev.shoal.models.plan.OptimizerHome;
import dev.shoal.models.plan.ParameterCount;
import dev.shoal.models.plan.PlanInput;
import dev.shoal.models.plan.RunCost;
import dev.shoal.models.prune.Compensation;
import dev.shoal.models.prune.ExpertWidth;
import dev.shoal.models.tokenexperts.TokenExperts;
import dev.shoal.workflows.TaskQueues;
import dev.shoal.workflows.request.Experts;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.request.Training;
import dev.shoal.workflows.stages.TrainingActivities.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** From a resolved request and the model's shape to what the run costs. */
final class Planner {

  private static final int CHECKPOINTS_KEPT = 2;

  /** Fewer steps than this hardly train anything. */
  private static final long FEW_STEPS = 100;

  /** More passes over the same text than this are worth a warning. */
  private static final double MANY_EPOCHS = 4;

  private final ReconstructionRequest request;
  private final MoeShape moe;
  private final Compensation compensation;
  private final Machine machine;
  private final TrainingMemory sizes;
  private final Device device;
  private final double flopsPerSecond;

  Planner(ReconstructionRequest request, LlamaConfig config, Machine machine) {
    this.request = request;
    this.moe = shape(request, config);
    this.compensation = Compensation.valueOf(request.experts().compensation().name());
    this.machine = machine;
    this.device = machine.devices().first(request.numerics());
    this.sizes =
        new TrainingMemory(
            moe, compensation, request.training(), machine.devices().all(request.numerics()));
    this.flopsPerSecond = machine.flopsPerSecond().applyAsDouble(device);
  }

  static MoeShape shape(ReconstructionRequest request, LlamaConfig config) {
    return new MoeShape(
        ModelShape.of(config),
        request.experts().numExperts(),
        request.experts().expertsPerToken(),
        ExpertWidth.parse(request.experts().width()).channels(config.intermediateSize()),
        request.experts().by() != Experts.By.DROP_UPCYCLE && request.experts().fit().steps() == 0);
  }

  /**
   * The plan.
   *
   * @param trainTokens estimated tokens of the training text
   * @param problems gets a sentence where something cannot fit
   */
  RunPlan plan(long trainTokens, List<String> problems) {
    PlanInput input = input();
    List<RunPlan.StageMemory> memory = memory(problems);
    boolean recompute =
        memory.stream().anyMatch(stage -> stage.segmentLayers() < moe.dense().layers());
    dev.shoal.models.plan.Training training = sizes.planned(Stage.EXPERTS);
    sample(problems);
    RunCost cost = RunCost.of(moe, input, compensation, training, recompute);
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
        memory,
        disk,
        cost.seconds(flopsPerSecond),
        queue(),
        warnings(trainTokens));
  }

  /** Whether what the expert stage trains fits onto the device with its moments. */
  boolean trainsOnDevice() {
    return sizes
        .choose(Stage.EXPERTS, budget())
        .fold(fits -> fits.home() == OptimizerHome.DEVICE, tooLarge -> false);
  }

  private MemoryBudget budget() {
    return DeviceMemory.expected(device, machine.devices().gpuBytes(), machine.memoryBytes());
  }

  /** A fitted router needs a sample that says something of every expert. */
  private void sample(List<String> problems) {
    long tokens = (long) request.calibration().windows() * request.calibration().windowTokens();
    long least = Math.max(4L * moe.expertChannels(), moe.experts());
    if (passes() > 0 && tokens < least) {
      problems.add(
          "calibration.windows: found %d windows of %d tokens; to fit a router to %d experts of %d channels takes at least %d tokens"
              .formatted(
                  request.calibration().windows(),
                  request.calibration().windowTokens(),
                  moe.experts(),
                  moe.expertChannels(),
                  least));
    }
  }

  /** The training stages of this run; those that do not fit are problems. */
  private List<RunPlan.StageMemory> memory(List<String> problems) {
    MemoryBudget budget = budget();
    List<RunPlan.StageMemory> memory = new ArrayList<>();
    for (Stage stage : trained()) {
      sizes
          .choose(stage, budget)
          .fold(
              fits -> memory.add(RunPlan.StageMemory.of(stage.stageName(), fits)),
              tooLarge -> problems.add(tooLarge.message()));
    }
    return memory;
  }

  private List<Stage> trained() {
    List<Stage> trained = new ArrayList<>();
    if (request.training().routerTokens() > 0) {
      trained.add(Stage.ROUTER);
    }
    if (request.training().expertTokens() > 0) {
      trained.add(Stage.EXPERTS);
    }
    return trained;
  }

  /** Where the smallest cards are that hold every training stage. */
  private String queue() {
    if (device.isCpu()) {
      return TaskQueues.CPU;
    }
    return TaskQueues.MEMORY_CLASSES.stream()
        .filter(this::holds)
        .findFirst()
        .map(TaskQueues::gpu)
        .filter(machine.devices().queues()::contains)
        .orElseGet(this::largestQueue);
  }

  /** It fits here, though not every card of a class that is polled here. */
  private String largestQueue() {
    List<String> queues = machine.devices().queues();
    return queues.get(queues.size() - 1);
  }

  private boolean holds(int memoryClass) {
    MemoryBudget budget =
        DeviceMemory.expected(device, WorkerDevices.classBytes(memoryClass), machine.memoryBytes());
    return bothModels() <= budget.deviceBytes()
        && trained().stream()
            .allMatch(stage -> sizes.choose(stage, budget).fold(fits -> true, tooLarge -> false));
  }

  /** Evaluation holds the mixture while the dense model is kept. */
  private long bothModels() {
    long weights =
        ParameterCount.of(moe, compensation).total() + ParameterCount.of(moe.dense()).total();
    return weights * device.bytesPerWeight();
  }

  private PlanInput input() {
    return new PlanInput(
        request.datasets().size(),
        request.calibration().windows(),
        request.calibration().windowTokens(),
        request.experts().needGroups() ? request.calibration().affinityWindows() : 0,
        passes(),
        request.experts().fit().steps(),
        request.evaluation().windows(),
        request.evaluation().windowTokens(),
        request.training().routerTokens(),
        request.training().expertTokens());
  }

  private int passes() {
    boolean fitted = request.experts().router() == Experts.RouterOrigin.FITTED;
    boolean byTokens = request.experts().by() == Experts.By.TOKENS;
    int repetitions = byTokens ? TokenExperts.Settings.REPETITIONS : 0;
    return fitted ? 1 + repetitions : 0;
  }

  private List<RunPlan.Line> lines(RunCost cost) {
    return cost.stages().stream()
        .map(
            s ->
                new RunPlan.Line(
                    s.stage().label(), s.tokens(), s.flops(), s.seconds(flopsPerSecond)))
        .toList();
  }

  private void few(String field, long tokens, List<String> warnings) {
    long batch = request.training().batchTokens();
    long steps = Math.max(1, tokens / batch);
    if (tokens > 0 && steps < FEW_STEPS) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "training.%s %d are %d steps of batch_tokens %d, too few to train much; more tokens or"
                  + " smaller batches would serve better",
              field,
              tokens,
              steps,
              batch));
    }
  }

  /** A fitted router needs no more; losses on routers have a gradient of their own. */
  private boolean isLeftUntaught() {
    return moe.experts() > 1
        && moe.expertsPerToken() == 1
        && request.training().expertTokens() > 0
        && request.experts().router() == Experts.RouterOrigin.TRAINED
        && request.training().losses().equals(Training.Losses.NONE);
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
    few("router_tokens", request.training().routerTokens(), warnings);
    few("expert_tokens", request.training().expertTokens(), warnings);
    if (request.experts().by().isOnePruned() && request.training().routerTokens() > 0) {
      warnings.add(
          "training.router_tokens: with experts.by %s all experts are the same, and the router has nothing to learn; 0 leaves the stage out"
              .formatted(request.experts().by()));
    }
    if (isLeftUntaught()) {
      warnings.add(
          "with one expert per token the router gets no gradient in the expert stage; it keeps what"
              + " the router stage taught it. experts.router: fitted begins with a better one,"
              + " training.losses go on teaching it");
    }
    if (device.isCpu() && device.precision() == Precision.BFLOAT16) {
      warnings.add("numerics.dtype bfloat16 is slow on a processor, float32 is fast");
    }
    if (compensation == Compensation.BIAS) {
      warnings.add("no stock format holds the bias of compensation: bias; there will be no export");
    }
    return warnings;
  }
}
