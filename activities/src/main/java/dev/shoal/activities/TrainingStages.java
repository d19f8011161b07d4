package dev.shoal.activities;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.TrainingSegment.Start;
import dev.shoal.activities.devices.TrainingMemory;
import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.activities.stage.StageCode;
import dev.shoal.activities.stage.StageContext;
import dev.shoal.activities.stage.StageRunner;
import dev.shoal.activities.stage.StageSpec;
import dev.shoal.activities.stage.StageWork;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.OutOfDeviceMemoryException;
import dev.shoal.models.moe.Lora;
import dev.shoal.models.plan.MemoryBudget;
import dev.shoal.models.plan.MemoryPlan;
import dev.shoal.models.plan.OptimizerHome;
import dev.shoal.models.tokens.TokenFile;
import dev.shoal.models.tokens.TrainingMix;
import dev.shoal.models.training.Batches;
import dev.shoal.models.training.Distillation;
import dev.shoal.models.training.DivergedException;
import dev.shoal.models.training.LearningRate;
import dev.shoal.models.training.RouterLosses;
import dev.shoal.models.training.TrainingLoop;
import dev.shoal.models.training.TrainingSettings;
import dev.shoal.models.training.TrainingStage;
import dev.shoal.workflows.request.Training;
import dev.shoal.workflows.stages.StageOutcome;
import dev.shoal.workflows.stages.TrainingActivities;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Retrains a mixture until its segment is over, from checkpoint to checkpoint. */
final class TrainingStages implements TrainingActivities {

  private static final double MAX_GRADIENT_NORM = 1;
  private static final Logger LOG = LoggerFactory.getLogger(TrainingStages.class);

  private final StageRunner stages;
  private final Inputs inputs;
  private final Mixtures mixtures;
  private final WorkerDevices devices;
  private final Function<List<Device>, MemoryBudget> budgets;

  TrainingStages(
      StageRunner stages,
      Inputs inputs,
      Mixtures mixtures,
      WorkerDevices devices,
      Function<List<Device>, MemoryBudget> budgets) {
    this.stages = stages;
    this.inputs = inputs;
    this.mixtures = mixtures;
    this.devices = devices;
    this.budgets = budgets;
  }

  @Override
  public Segment train(Task task) {
    StageCode code =
        task.stage() == Stage.ROUTER ? StageCode.TRAIN_ROUTER : StageCode.TRAIN_EXPERTS;
    List<StageSpec.Input> read = new ArrayList<>();
    read.add(new StageSpec.Input("dense", task.model()));
    read.add(new StageSpec.Input("moe", task.moe()));
    if (task.from() != null) {
      read.add(new StageSpec.Input("checkpoint", task.from().checkpoint()));
    }
    task.tokens().forEach(t -> read.add(new StageSpec.Input("tokens " + t.name(), t.artifact())));
    long[] reached = new long[2];
    StageOutcome outcome =
        stages.run(
            new StageSpec(task.run(), code, "", settings(task), read)
                .on(devices.first(task.numerics())),
            context -> advance(task, context, reached));
    return new Segment(outcome, reached[0], reached[1]);
  }

  /** Goes back to the newest checkpoint, on milder terms, where that may help. */
  private StageWork.Result advance(Task task, StageContext context, long[] reached)
      throws IOException {
    TrainingTerms terms = TrainingTerms.free();
    while (true) {
      StageContext.Restored restored = restored(task, context);
      TrainingMemory memory = memory(task);
      terms = terms.within(restored == null ? null : restored.folder());
      MemoryPlan.Fits fits = fit(task.stage(), memory, terms);
      terms = terms.met(fits);
      try (TrainingSegment segment =
          open(task, context, memory, fits, new Start(restored, terms, fits.checkpoints()))) {
        StageWork.Result result = segment.run();
        reached[0] = segment.step();
        reached[1] = segment.totalSteps();
        return result;
      } catch (DivergedException e) {
        terms = terms.after(e);
      } catch (OutOfDeviceMemoryException e) {
        terms = terms.after(e);
      }
    }
  }

  /** The own checkpoint, or that of the run which this one is forked from; null to begin anew. */
  private StageContext.Restored restored(Task task, StageContext context) {
    StageContext.Restored own = context.newestCheckpoint();
    return own != null || task.from() == null
        ? own
        : new StageContext.Restored(inputs.own(task.from().checkpoint()), task.from().step());
  }

  private TrainingMemory memory(Task task) {
    return new TrainingMemory(
        mixtures.shape(task.moe()),
        mixtures.compensation(task.moe()),
        task.training(),
        devices.all(task.numerics()));
  }

  /** Only what changes the result of this stage, so that the other's budget does not. */
  private static ObjectNode settings(Task task) {
    ObjectNode settings = StageRunner.settings(task.training());
    boolean router = task.stage() == Stage.ROUTER;
    settings.remove("from_checkpoint"); // an input
    settings.remove(
        router
            ? List.of("expert_tokens", "weights", "lora", "lr_scheduler", "warmup_ratio")
            : List.of("router_tokens", "router_temperature"));
    if (task.training().weights() == Training.TrainedWeights.FULL) {
      settings.remove("lora");
    }
    settings.put("deterministic", task.numerics().deterministic());
    settings.set("data_weights", StageRunner.settings(new Weights(task.weights())).get("values"));
    return settings;
  }

  private record Weights(List<Double> values) {}

  private TrainingSegment open(
      Task task, StageContext context, TrainingMemory memory, MemoryPlan.Fits fits, Start start) {
    TrainingReplicas replicas = TrainingReplicas.load(task, memory.devices(), inputs, mixtures);
    try {
      TrainingSettings settings = trainingSettings(task, fits, start.terms().rateShare());
      return new TrainingSegment(
          task,
          context,
          start,
          mixtures.manifest(task.moe()),
          replicas,
          new TrainingLoop(replicas.all(), stage(task), settings, batches(task)));
    } catch (RuntimeException e) {
      replicas.close();
      throw e;
    }
  }

  /** Asked before anything is loaded; what was kept for other stages is let go. */
  private MemoryPlan.Fits fit(Stage stage, TrainingMemory memory, TrainingTerms terms) {
    if (!memory.devices().get(0).isCpu()) {
      inputs.close();
    }
    MemoryPlan.Fits fits = terms.fit(memory, stage, budgets.apply(memory.devices()));
    LOG.info("{} on {}: {}", stage.stageName(), memory.devices(), fits);
    return fits;
  }

  private Batches batches(Task task) {
    List<TrainingMix.Source> sources = new ArrayList<>();
    for (int i = 0; i < task.tokens().size(); i++) {
      TokenFile file = inputs.train(task.tokens().get(i));
      sources.add(new TrainingMix.Source(task.tokens().get(i).name(), file, task.weights().get(i)));
    }
    Training training = task.training();
    TrainingMix mix = new TrainingMix(sources, training.sequenceTokens(), training.seed());
    return new Mixed(mix, training.batchTokens() / training.sequenceTokens());
  }

  /** The sequences of a mix, so many a step. */
  private record Mixed(TrainingMix mix, int sequences) implements Batches {

    @Override
    public int[][] batch(long step) {
      return mix.batch(step, sequences);
    }

    @Override
    public int[] dataSets(long step, int windows) {
      return mix.dataSets(step, windows);
    }
  }

  private static RouterLosses losses(Training.Losses asked) {
    return new RouterLosses(
        asked.loadBalance(), asked.cvSquared(), asked.routerZ(), asked.mutualInformation());
  }

  private static TrainingStage stage(Task task) {
    if (task.stage() == Stage.ROUTER) {
      return TrainingStage.ROUTER;
    }
    return switch (task.training().weights()) {
      case LORA -> TrainingStage.EXPERTS;
      case FULL -> TrainingStage.EXPERTS_FULL;
    };
  }

  private static LearningRate expertRate(Training training, double peak, long steps) {
    long warmup = (long) Math.ceil(training.warmupRatio() * steps);
    boolean cosine = training.lrScheduler() == Training.LrScheduler.COSINE;
    return new LearningRate(peak, cosine, warmup);
  }

  private static TrainingSettings trainingSettings(
      Task task, MemoryPlan.Fits fits, double rateShare) {
    Training training = task.training();
    boolean router = task.stage() == Stage.ROUTER;
    long tokens = router ? training.routerTokens() : training.expertTokens();
    long steps = Math.max(1, tokens / training.batchTokens());
    double rate = rateShare * training.learningRate();
    return new TrainingSettings(
        steps,
        router ? LearningRate.constant(rate) : expertRate(training, rate, steps),
        training.weightDecay(),
        MAX_GRADIENT_NORM,
        new Distillation(training.distillation().weight(), training.distillation().temperature()),
        losses(training.losses()),
        training.routerTemperature(),
        new Lora(training.lora().r(), training.lora().alpha()),
        training.seed(),
        new TrainingSettings.Memory(
            fits.microBatchWindows() * training.sequenceTokens(),
            fits.segmentLayers(),
            fits.home() == OptimizerHome.HOST),
        Boolean.TRUE.equals(task.numerics().deterministic()));
  }
}
