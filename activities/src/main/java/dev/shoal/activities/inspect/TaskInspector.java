package dev.shoal.activities.inspect;

import dev.shoal.activities.store.DataRoots;
import dev.shoal.models.tasks.Bos;
import dev.shoal.models.tasks.FewShot;
import dev.shoal.models.tasks.OutputType;
import dev.shoal.models.tasks.TaskFile;
import dev.shoal.models.tasks.TaskSpec;
import dev.shoal.workflows.request.EvaluationTask;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Reads every row of a task, so that a bad one is found before any work. */
public final class TaskInspector {

  private final DataRoots roots;
  private final CorpusInspector corpora;

  TaskInspector(DataRoots roots, CorpusInspector corpora) {
    this.roots = roots;
    this.corpora = corpora;
  }

  /**
   * The task's files.
   *
   * @throws dev.shoal.models.tasks.TaskException naming file, row and field of a fault
   * @throws DataRootException where a file must not be read
   */
  InspectedTask inspect(EvaluationTask task) {
    Path items = place(task.path());
    Path fewshot = task.fewshotPath() == null ? null : place(task.fewshotPath());
    TaskFile.read(spec(task, items, fewshot));
    return new InspectedTask(
        items.toString(),
        corpora.manifest(items.toString()),
        fewshot == null ? null : fewshot.toString(),
        fewshot == null ? null : corpora.manifest(fewshot.toString()));
  }

  private Path place(String path) {
    Path place = roots.resolve(path);
    String refusal = roots.refusal(place);
    if (refusal != null) {
      throw new DataRootException(refusal);
    }
    return place;
  }

  /**
   * The task in the words of the computation.
   *
   * @param fewshot where examples are drawn from; null for the items themselves
   */
  public static TaskSpec spec(EvaluationTask task, Path items, Path fewshot) {
    FewShot examples =
        new FewShot(
            task.numFewshot(),
            Optional.ofNullable(fewshot),
            FewShot.Order.SAMPLED,
            FewShot.HARNESS_SEED);
    TaskSpec named = TaskSpec.of(items).withName(task.name()).withFewShot(examples);
    TaskSpec typed =
        task.outputType() == null
            ? named
            : named.withOutputType(
                OutputType.of(task.outputType().name().toLowerCase(Locale.ROOT)));
    return typed.withBos(bos(task.addBos()));
  }

  private static Bos bos(Boolean addBos) {
    if (addBos == null) {
      return Bos.TOKENIZER;
    }
    return addBos ? Bos.ALWAYS : Bos.NEVER;
  }
}
