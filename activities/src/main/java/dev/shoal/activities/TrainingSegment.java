package dev.shoal.activities;

import dev.shoal.activities.stage.CheckpointsBehind;
import dev.shoal.activities.stage.StageContext;
import dev.shoal.activities.stage.StageProgress;
import dev.shoal.activities.stage.StageWork;
import dev.shoal.models.plan.CheckpointWriting;
import dev.shoal.models.training.StepResult;
import dev.shoal.models.training.TrainingLoop;
import dev.shoal.workflows.stages.TrainingActivities.Task;
import dev.shoal.workflows.stages.TrainingProgress;
import io.temporal.client.ActivityCompletionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One activity's part of a training stage: steps, checkpoints, and leaving in good order. */
final class TrainingSegment implements AutoCloseable {

  private static final int METRICS_EVERY_STEPS = 20;

  /**
   * Where a segment begins.
   *
   * @param restored the checkpoint to go on from; null to begin anew
   * @param terms it goes on with
   * @param writing how checkpoints are written
   */
  record Start(StageContext.Restored restored, TrainingTerms terms, CheckpointWriting writing) {

    private long step() {
      return restored == null ? 0 : restored.step();
    }
  }

  private final Task task;
  private final StageContext context;
  private final Start start;
  private final MoeManifest manifest;
  private final TrainingReplicas replicas;
  private final TrainingLoop loop;
  private final CheckpointsBehind checkpoints;
  private final long begin = System.nanoTime();
  private long lastCheckpoint = begin;
  private long firstStep;
  private long told;

  TrainingSegment(
      Task task,
      StageContext context,
      Start start,
      MoeManifest manifest,
      TrainingReplicas replicas,
      TrainingLoop loop) {
    this.task = task;
    this.start = start;
    this.context = context;
    this.manifest = manifest;
    this.replicas = replicas;
    this.loop = loop;
    this.checkpoints = new CheckpointsBehind(context::checkpoint, start.step());
    this.told = start.step();
  }

  long step() {
    return loop.step();
  }

  long totalSteps() {
    return loop.totalSteps();
  }

  /** Trains until done or the segment is over; checkpoints first when it is told to stop. */
  StageWork.Result run() throws IOException {
    if (start.restored() != null) {
      loop.restore(start.restored().folder(), start.step());
    }
    firstStep = loop.step();
    try {
      while (loop.step() < loop.totalSteps()) {
        advance();
        if (secondsSince(begin) >= task.segmentSeconds() && loop.step() < loop.totalSteps()) {
          leave();
          return StageWork.Result.unfinished();
        }
      }
      leave();
    } catch (ActivityCompletionException stop) {
      leave();
      throw stop;
    }
    context.flushMetrics();
    loop.writeDelta(context.folder());
    manifest.afterTraining().write(context.folder());
    return StageWork.Result.complete(start.terms().note());
  }

  private void advance() throws IOException {
    StepResult result = loop.advance();
    context.metric("loss", loop.step(), result.loss());
    context.metric("cross_entropy_per_token", loop.step(), result.crossEntropy());
    result.routerLosses().forEach((name, loss) -> context.metric(name, loop.step(), loss));
    context.metric("learning_rate", loop.step(), result.learningRate());
    context.metric("gradient_norm", loop.step(), result.gradientNorm());
    if (loop.step() % METRICS_EVERY_STEPS == 0) {
      context.offerMetrics();
    }
    checkpoints.look();
    if (secondsSince(lastCheckpoint) >= task.checkpointSeconds() && !checkpoints.isWriting()) {
      checkpoint();
    }
    StageProgress progress = progress(result);
    context.report(progress);
    if (checkpoints.recorded() > told) {
      told = checkpoints.recorded();
      context.tell(news(progress));
    }
  }

  private static TrainingProgress news(StageProgress now) {
    return new TrainingProgress(
        now.phase(),
        now.step(),
        now.totalSteps(),
        now.loss(),
        now.tokensPerSecond(),
        now.etaSeconds());
  }

  private StageProgress progress(StepResult result) {
    long done = loop.step() - firstStep;
    double seconds = Math.max(1e-9, (System.nanoTime() - begin) / 1e9);
    double stepsPerSecond = done / seconds;
    return new StageProgress(
        task.stage().stageName(),
        loop.step(),
        loop.totalSteps(),
        result.loss(),
        stepsPerSecond * task.training().batchTokens(),
        (loop.totalSteps() - loop.step()) / stepsPerSecond,
        checkpoints.recorded());
  }

  /**
   * One that is due while another is being written comes when that one is done, of the step that is
   * reached by then: training never waits for the disk, and nothing old is written. The numbers
   * come first, so that no checkpoint is without those before it; while the database is away there
   * is none, as nobody would know of it.
   */
  private void checkpoint() throws IOException {
    if (!context.offerMetrics()) {
      return;
    }
    boolean behind = start.writing() == CheckpointWriting.BEHIND;
    write(behind ? loop.snapshot() : loop::save);
    if (!behind) {
      checkpoints.await();
    }
    lastCheckpoint = System.nanoTime();
  }

  /** Nothing goes on, so the last one needs no copy; a fork may go on from that of the end. */
  private void leave() throws IOException {
    checkpoints.await();
    if (loop.step() > checkpoints.recorded() && context.flushMetrics()) {
      write(loop::save);
      checkpoints.await();
    }
  }

  private void write(Consumer<Path> state) throws IOException {
    checkpoints.begin(
        loop.step(),
        folder -> {
          state.accept(folder);
          start.terms().write(folder);
        });
  }

  private static long secondsSince(long nanos) {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - nanos);
  }

  @Override
  public void close() {
    checkpoints.close();
    loop.close();
    replicas.close();
  }
}
