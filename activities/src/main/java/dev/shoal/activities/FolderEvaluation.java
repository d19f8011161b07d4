package dev.shoal.activities;

import dev.shoal.activities.inspect.DatasetFolders;
import dev.shoal.models.Progress;
import dev.shoal.models.corpus.Corpus;
import dev.shoal.models.corpus.CorpusException;
import dev.shoal.models.corpus.CorpusSource;
import dev.shoal.models.engine.Device;
import dev.shoal.models.export.SparseCheckpoint;
import dev.shoal.models.generation.EndTokens;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.prune.Compensation;
import dev.shoal.models.tasks.Task;
import dev.shoal.models.tasks.TaskEvaluation;
import dev.shoal.models.tasks.TaskFile;
import dev.shoal.models.tasks.TaskResult;
import dev.shoal.models.tasks.TaskSpec;
import dev.shoal.models.tokens.ModelTokenizer;
import dev.shoal.workflows.request.Evaluation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Judges any folder that holds a dense Llama or an exported mixture, outside of runs. */
public final class FolderEvaluation {

  private final Path folder;
  private final Evaluation evaluation;
  private final Device device;

  /**
   * Judges a folder.
   *
   * @param evaluation how many windows of which length
   * @param device where, and in what precision
   */
  public FolderEvaluation(Path folder, Evaluation evaluation, Device device) {
    this.folder = folder;
    this.evaluation = evaluation;
    this.device = device;
  }

  /**
   * Perplexity on every data set of a folder; where a data set has evaluation text apart, on that.
   *
   * @param datasets a sub-folder or file per data set
   * @throws CorpusException if one has less text than a window
   */
  public Scores run(DatasetFolders folders, String datasets, String textField, Progress progress) {
    try (LanguageModel model = load(folder, device);
        ModelTokenizer tokenizer = ModelTokenizer.open(folder, model.config().tokens())) {
      Map<String, List<int[]>> windows = new LinkedHashMap<>();
      folders
          .list(datasets)
          .forEach(
              set -> {
                String path = set.path("eval_path").asText(set.path("path").asText());
                CorpusSource source = new CorpusSource(set.path("name").asText(), path, textField);
                windows.put(source.name(), windows(source, tokenizer));
              });
      return model instanceof MoeModel mixture
          ? Evaluations.mixture("mixture", mixture, Compensation.NONE, windows, progress).scores()
          : Evaluations.dense((DenseModel) model, windows, progress);
    }
  }

  /**
   * Scores on tasks, as lm-evaluation-harness gives them.
   *
   * @throws dev.shoal.models.tasks.TaskException naming what is wrong with a task's files
   */
  public List<TaskResult> run(List<TaskSpec> specs, Progress progress) {
    List<Task> tasks = specs.stream().map(TaskFile::read).toList(); // all mistakes before any work
    List<Integer> eos = EndTokens.of(folder);
    try (LanguageModel model = load(folder, device);
        ModelTokenizer tokenizer = ModelTokenizer.open(folder, model.config().tokens())) {
      return tasks.stream()
          .map(task -> TaskEvaluation.run(model, tokenizer, task, eos, progress))
          .toList();
    }
  }

  /** The model of a folder, dense or sparse; the caller closes it. */
  static LanguageModel load(Path folder, Device device) {
    return SparseCheckpoint.isOne(folder)
        ? SparseCheckpoint.load(folder, device)
        : DenseModel.load(folder, device);
  }

  /** The first windows of the documents laid end to end. */
  private List<int[]> windows(CorpusSource source, ModelTokenizer tokenizer) {
    List<int[]> windows = new ArrayList<>();
    int[] window = new int[evaluation.windowTokens()];
    int[] filled = new int[1];
    Corpus.forEach(
        source,
        text -> {
          if (windows.size() < evaluation.windows()) {
            filled[0] = fill(window, filled[0], tokenizer.encode(text), windows);
          }
        });
    if (windows.isEmpty()) {
      throw new CorpusException(
          "data set %s: found %d tokens, expected at least one window of %d; give more text or shorter windows"
              .formatted(source.name(), filled[0], window.length));
    }
    return windows.subList(0, Math.min(windows.size(), evaluation.windows()));
  }

  private static int fill(int[] window, int filled, int[] ids, List<int[]> windows) {
    int at = filled;
    for (int id : ids) {
      window[at++] = id;
      if (at == window.length) {
        windows.add(Arrays.copyOf(window, at));
        at = 0;
      }
    }
    return at;
  }
}
