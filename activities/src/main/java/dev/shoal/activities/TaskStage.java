package dev.shoal.activities;

import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.activities.inspect.TaskInspector;
import dev.shoal.activities.stage.StageCode;
import dev.shoal.activities.stage.StageContext;
import dev.shoal.activities.stage.StageRunner;
import dev.shoal.activities.stage.StageSpec;
import dev.shoal.activities.stage.StageWork;
import dev.shoal.models.generation.EndTokens;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.tasks.ItemsFile;
import dev.shoal.models.tasks.ResultsJson;
import dev.shoal.models.tasks.TaskEvaluation;
import dev.shoal.models.tasks.TaskFile;
import dev.shoal.models.tasks.TaskResult;
import dev.shoal.models.tasks.TaskSpec;
import dev.shoal.models.tokens.ModelTokenizer;
import dev.shoal.workflows.request.EvaluationTask;
import dev.shoal.workflows.stages.EvaluationActivities.ScoreTask;
import dev.shoal.workflows.stages.StageOutcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A model's scores on one task. */
final class TaskStage {

  private final StageRunner stages;
  private final Inputs inputs;
  private final Mixtures mixtures;
  private final WorkerDevices devices;

  TaskStage(StageRunner stages, Inputs inputs, Mixtures mixtures, WorkerDevices devices) {
    this.stages = stages;
    this.inputs = inputs;
    this.mixtures = mixtures;
    this.devices = devices;
  }

  StageOutcome run(ScoreTask task) {
    List<StageSpec.Input> read = new ArrayList<>();
    read.add(new StageSpec.Input("dense", task.model()));
    if (task.moe() != null) {
      read.add(new StageSpec.Input("moe", task.moe()));
    }
    read.add(new StageSpec.Input("items", task.files().items()));
    if (task.files().fewshot() != null) {
      read.add(new StageSpec.Input("fewshot", task.files().fewshot()));
    }
    EvaluationTask wherever = task.task().at("", null); // their digests are inputs
    return stages.run(
        new StageSpec(
                task.run(),
                StageCode.EVALUATE_TASK,
                task.subject() + "/" + task.task().name(),
                StageRunner.settings(wherever).put("subject", task.subject()),
                read)
            .on(devices.first(task.numerics())),
        context -> score(task, context));
  }

  private StageWork.Result score(ScoreTask task, StageContext context) {
    TaskResult result = result(task, context);
    result
        .metrics()
        .forEach((name, value) -> context.metric(task.task().name() + "/" + name, 0, value));
    ItemsFile.write(context.folder(), result);
    ResultsJson.write(context.folder(), task.subject(), List.of(result));
    new TaskScores(
            task.subject(),
            task.task().name(),
            result.metrics(),
            result.count(),
            result.model().truncatedItems())
        .write(context.folder());
    return StageWork.Result.complete();
  }

  private TaskResult result(ScoreTask task, StageContext context) {
    Path items = Path.of(inputs.corpus(task.files().items()));
    Path fewshot =
        task.files().fewshot() == null ? null : Path.of(inputs.corpus(task.files().fewshot()));
    TaskSpec spec = TaskInspector.spec(task.task(), items, fewshot);
    List<Integer> eos = EndTokens.of(inputs.model(task.model()));
    try (ModelTokenizer tokenizer = ModelTokenizer.open(inputs.model(task.model()))) {
      if (task.moe() == null) {
        return run(
            inputs.dense(task.model(), devices.first(task.numerics())),
            tokenizer,
            spec,
            eos,
            context);
      }
      try (MoeModel model = mixtures.load(task.moe(), devices.first(task.numerics()))) {
        return run(model, tokenizer, spec, eos, context);
      }
    }
  }

  private static TaskResult run(
      LanguageModel model,
      ModelTokenizer tokenizer,
      TaskSpec spec,
      List<Integer> eos,
      StageContext context) {
    return TaskEvaluation.run(model, tokenizer, TaskFile.read(spec), eos, context);
  }
}
