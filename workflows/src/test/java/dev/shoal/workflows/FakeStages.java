package dev.shoal.workflows;

import dev.shoal.workflows.request.ComparisonReader;
import dev.shoal.workflows.request.Export;
import dev.shoal.workflows.request.InvalidRequestException;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.request.RequestReader;
import dev.shoal.workflows.stages.CalibrationActivities;
import dev.shoal.workflows.stages.ComparisonActivities;
import dev.shoal.workflows.stages.Corpus;
import dev.shoal.workflows.stages.DataActivities;
import dev.shoal.workflows.stages.EvaluationActivities;
import dev.shoal.workflows.stages.ExpertActivities;
import dev.shoal.workflows.stages.ForkActivities;
import dev.shoal.workflows.stages.InspectionActivities;
import dev.shoal.workflows.stages.NamedArtifact;
import dev.shoal.workflows.stages.PublishingActivities;
import dev.shoal.workflows.stages.RunActivities;
import dev.shoal.workflows.stages.RunRef;
import dev.shoal.workflows.stages.StageOutcome;
import dev.shoal.workflows.stages.TaskFiles;
import dev.shoal.workflows.stages.TrainingActivities;
import io.temporal.activity.Activity;
import io.temporal.failure.ApplicationFailure;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Every activity, computing nothing: it remembers what it was asked and does what a test says. */
final class FakeStages
    implements InspectionActivities,
        DataActivities,
        CalibrationActivities,
        ExpertActivities,
        ForkActivities,
        TrainingActivities,
        EvaluationActivities,
        PublishingActivities,
        RunActivities,
        ComparisonActivities {

  /** What each model is judged at. */
  static final Map<String, Double> PERPLEXITIES =
      Map.of("dense", 8.0, "assembled", 12.0, "routed", 10.0, "trained", 8.5);

  /** What a stage does instead of succeeding at once. */
  @FunctionalInterface
  interface Event {
    void happen() throws Exception;
  }

  /** "stage @ queue" in the order of the calls. */
  final List<String> calls = new CopyOnWriteArrayList<>();

  /** What a stage was asked last. */
  final Map<String, Object> tasks = new ConcurrentHashMap<>();

  final List<StateChange> states = new CopyOnWriteArrayList<>();
  final List<End> ends = new CopyOnWriteArrayList<>();
  final List<RunActivities.Conclusion> conclusions = new CopyOnWriteArrayList<>();

  /** Stages that were computed by an earlier run. */
  final Set<String> reused = ConcurrentHashMap.newKeySet();

  /** Segments a training stage needs; one unless set. */
  final Map<String, Integer> segments = new ConcurrentHashMap<>();

  private final Map<String, Integer> segmentsDone = new ConcurrentHashMap<>();
  private final Map<String, Deque<Event>> script = new ConcurrentHashMap<>();

  /** The next call of the stage meets this; further calls of {@code on} are for later ones. */
  FakeStages on(String stage, Event event) {
    script.computeIfAbsent(stage, s -> new ArrayDeque<>()).add(event);
    return this;
  }

  /** As before the first call. */
  void forget() {
    List.of(calls, states, ends, conclusions, reused).forEach(Collection::clear);
    List.of(tasks, segments, segmentsDone, script).forEach(Map::clear);
  }

  /** A failure that no retry mends. */
  static Event fails(String type, String message) {
    return () -> {
      throw ApplicationFailure.newNonRetryableFailure(message, type);
    };
  }

  /** Heartbeats until it is told to stop. */
  static Event runsUntilCancelled() {
    return () -> {
      while (true) {
        Activity.getExecutionContext().heartbeat(null);
        Thread.sleep(10);
      }
    };
  }

  /** The stages that were called, without their queues. */
  List<String> stagesCalled() {
    return calls.stream().map(c -> c.substring(0, c.indexOf(" @"))).toList();
  }

  static ArtifactRef artifact(String kind, String of) {
    return new ArtifactRef("%064x".formatted(of.hashCode() & 0xffffffffL), kind, 1);
  }

  private StageOutcome play(String stage, String kind, Object task) {
    called(stage, task);
    boolean again = reused.contains(stage);
    return new StageOutcome(artifact(kind, stage), again, again ? "from run early-moe" : "");
  }

  private void called(String stage, Object task) {
    tasks.put(stage, task);
    calls.add(stage + " @ " + Activity.getExecutionContext().getInfo().getActivityTaskQueue());
    Deque<Event> events = script.get(stage);
    Event event;
    synchronized (script) {
      event = events == null ? null : events.poll();
    }
    if (event == null) {
      return;
    }
    try {
      event.happen();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw Activity.wrap(e);
    }
  }

  @Override
  public InspectionActivities.Inspection inspect(InspectionActivities.Task task) {
    called("inspect", task);
    ReconstructionRequest request;
    try {
      request = RequestReader.read(task.requestJson(), folder -> List.of());
    } catch (InvalidRequestException e) {
      throw ApplicationFailure.newNonRetryableFailure(e.getMessage(), FailureTypes.INVALID_INPUT);
    }
    List<Corpus> corpora =
        request.datasets().stream()
            .map(d -> new Corpus(d.name(), artifact("corpus", d.name()), null))
            .toList();
    RunRef run = new RunRef("run-1", Activity.getExecutionContext().getInfo().getWorkflowId());
    List<TaskFiles> files =
        request.evaluation().tasks().stream()
            .map(t -> new TaskFiles(t.name(), artifact("corpus", t.name()), null))
            .toList();
    return new InspectionActivities.Inspection(
        run,
        request,
        artifact("model", "dense"),
        corpora,
        files,
        TaskQueues.GPU,
        "the plan",
        origin(request));
  }

  /** Every checkpoint is one of the expert stage, after so many tokens. */
  private static ForkActivities.Origin origin(ReconstructionRequest request) {
    String checkpoint = request.training().fromCheckpoint();
    return checkpoint == null
        ? null
        : new ForkActivities.Origin(
            TrainingActivities.Stage.EXPERTS,
            3L * request.training().batchTokens(),
            new ArtifactRef(checkpoint, "checkpoint", 1),
            List.of(new NamedArtifact("moe", artifact("moe", "of the origin"))));
  }

  @Override
  public StageOutcome takeCheckpoint(ForkActivities.Task task) {
    return play("take checkpoint", "checkpoint", task);
  }

  @Override
  public StageOutcome tokenize(DataActivities.Task task) {
    return play("tokenize · " + task.dataset().name(), "tokens", task);
  }

  @Override
  public StageOutcome calibrate(CalibrateTask task) {
    return play("calibrate · " + task.tokens().name(), "statistics", task);
  }

  @Override
  public StageOutcome affinity(AffinityTask task) {
    return play("affinity · " + task.statistics().name(), "affinity", task);
  }

  @Override
  public StageOutcome group(GroupTask task) {
    return play("group", "grouping", task);
  }

  @Override
  public StageOutcome buildExperts(BuildTask task) {
    return play("build experts", "experts", task);
  }

  @Override
  public StageOutcome reassemble(ReassembleTask task) {
    return play("reassemble", "moe", task);
  }

  @Override
  public Segment train(TrainingActivities.Task task) {
    String stage = task.stage().stageName();
    StageOutcome outcome = play(stage, "moe", task);
    int total = segments.getOrDefault(stage, 1);
    int done = segmentsDone.merge(stage, 1, Integer::sum);
    return new Segment(done < total ? null : outcome, done, total);
  }

  @Override
  public StageOutcome evaluate(EvaluationActivities.Task task) {
    return play("evaluate · " + task.subject(), "scores", task)
        .judged(PERPLEXITIES.get(task.subject()));
  }

  @Override
  public StageOutcome evaluateTask(EvaluationActivities.ScoreTask task) {
    return play("evaluate task · " + task.subject() + "/" + task.task().name(), "scores", task);
  }

  @Override
  public StageOutcome export(ExportTask task) {
    return play(task.format() == Export.Format.HF ? "export" : "export gguf", "export", task);
  }

  @Override
  public StageOutcome report(ReportTask task) {
    return play("report", "report", task);
  }

  @Override
  public void recordState(StateChange change) {
    called("recordState", change);
    states.add(change);
  }

  @Override
  public void recordEnd(End end) {
    called("recordEnd", end);
    ends.add(end);
  }

  @Override
  public ReconstructionResult conclude(RunActivities.Conclusion conclusion) {
    called("conclude", conclusion);
    conclusions.add(conclusion);
    return new ReconstructionResult(
        conclusion.run().runId(),
        "unnamed",
        8.5,
        12.0,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        conclusion.scores().size(),
        reused.size());
  }

  @Override
  public ComparisonActivities.Inspection inspectComparison(ComparisonActivities.Task task) {
    called("inspect comparison", task);
    try {
      ComparisonReader.Members found =
          ComparisonReader.read(
              task.requestJson(), json -> RequestReader.examine(json, f -> List.of()).problems());
      return new ComparisonActivities.Inspection(
          new RunRef("comparison-1", Activity.getExecutionContext().getInfo().getWorkflowId()),
          found.name(),
          "/models/llama",
          found.runs().stream()
              .map(run -> new ComparisonActivities.Member(run.name(), run.request().toString()))
              .toList());
    } catch (InvalidRequestException e) {
      throw ApplicationFailure.newNonRetryableFailure(e.getMessage(), FailureTypes.INVALID_INPUT);
    }
  }

  @Override
  public ComparisonResult concludeComparison(ComparisonActivities.Conclusion conclusion) {
    called("conclude comparison", conclusion);
    return new ComparisonResult(conclusion.run().runId(), conclusion.name(), conclusion.runs());
  }
}
