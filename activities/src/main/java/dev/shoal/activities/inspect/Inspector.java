package dev.shoal.activities.inspect;

import dev.shoal.activities.store.DataRoots;
import dev.shoal.activities.store.DigestMemory;
import dev.shoal.activities.store.HubCacheException;
import dev.shoal.models.checkpoint.CheckpointReader;
import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.config.ModelUnsupportedException;
import dev.shoal.models.corpus.CorpusException;
import dev.shoal.models.llama.LlamaCheckpoint;
import dev.shoal.models.plan.ModelShape;
import dev.shoal.models.plan.ParameterCount;
import dev.shoal.models.prune.ExpertWidth;
import dev.shoal.models.tasks.TaskException;
import dev.shoal.models.tokens.TokenizerVocabulary;
import dev.shoal.workflows.request.Dataset;
import dev.shoal.workflows.request.EvaluationTask;
import dev.shoal.workflows.request.InvalidRequestException;
import dev.shoal.workflows.request.Numerics;
import dev.shoal.workflows.request.Problem;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.request.RequestReader;
import dev.shoal.workflows.request.Use;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Looks at everything a request names and finds every mistake before any work is done: fields,
 * model, corpora, and whether the run can fit on the machine.
 */
public final class Inspector {

  /** Characters of text per token of a subword vocabulary, for estimates only. */
  private static final double CHARACTERS_PER_TOKEN = 3.5;

  private final DataRoots roots;
  private final ModelFolders models;
  private final DigestMemory digests;
  private final CorpusInspector corpora;
  private final TaskInspector taskFiles;
  private final Supplier<Machine> machine;

  /**
   * An inspector of files below the roots.
   *
   * @param models finds models below them
   * @param scans folder that remembers what corpora hold
   */
  public Inspector(
      DataRoots roots,
      ModelFolders models,
      DigestMemory digests,
      Path scans,
      Supplier<Machine> machine) {
    this.roots = roots;
    this.models = models;
    this.digests = digests;
    this.corpora = new CorpusInspector(roots, digests, scans);
    this.taskFiles = new TaskInspector(roots, corpora);
    this.machine = machine;
  }

  /**
   * Every mistake in a request; what {@link #inspect} throws otherwise, it throws, too.
   *
   * @param good gets what was found where there is no mistake
   */
  public List<Problem> problems(String json, Consumer<Inspected> good) {
    try {
      good.accept(inspect(json));
      return List.of();
    } catch (InvalidRequestException mistakes) {
      return mistakes.problems();
    }
  }

  /**
   * Inspects a request.
   *
   * @throws InvalidRequestException naming every mistake
   * @throws ModelUnsupportedException if that is the only thing wrong
   * @throws dev.shoal.models.checkpoint.CheckpointFormatException if the model's files are damaged
   */
  public Inspected inspect(String json) {
    RequestReader.Reading reading = RequestReader.examine(json, new DatasetFolders(roots));
    List<Problem> problems = new ArrayList<>(reading.problems());
    ReconstructionRequest request = reading.request();
    Path model = request == null ? null : modelFolder(request.model(), problems);
    List<Inspected.Pair> texts = request == null ? List.of() : texts(request, problems);
    List<InspectedTask> tasks = request == null ? List.of() : tasks(request, problems);
    refuse(problems);

    LlamaConfig config = LlamaConfig.read(model);
    try (CheckpointReader reader = CheckpointReader.open(model)) {
      LlamaCheckpoint.require(reader, config);
    }
    TokenizerVocabulary.require(model, config.vocabSize());
    FolderManifest manifest = digests.manifest(model, ModelFiles.of(model));
    shapes(request, config, problems);
    Machine here = machine.get();
    device(request, here, problems);
    refuse(problems);
    Resolution resolution = resolve(absolute(request, model, texts, tasks), config, texts, here);
    return new Inspected(
        resolution.request(), model, manifest, config, texts, tasks, resolution.plan());
  }

  /**
   * Digests of a model folder's files.
   *
   * @throws DataRootException if a link leads out of the roots by now
   */
  public FolderManifest modelManifest(Path folder) {
    ModelFiles.everyRead(folder).stream()
        .map(roots::refusal)
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresent(
            refusal -> {
              throw new DataRootException(refusal);
            });
    return digests.manifest(folder, ModelFiles.of(folder));
  }

  /**
   * Digests of the files behind a corpus path.
   *
   * @throws DataRootException if a link leads out of the roots by now
   */
  public FolderManifest corpusManifest(String path) {
    return corpora.manifest(path);
  }

  private static void refuse(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new InvalidRequestException(problems);
    }
  }

  private Path modelFolder(String given, List<Problem> problems) {
    if (given == null || given.isBlank()) {
      return null;
    }
    try {
      Path model = models.find(given);
      String wrong = models.refusal(model);
      if (wrong != null) {
        problems.add(new Problem("model", wrong));
      }
      return model;
    } catch (HubCacheException e) {
      problems.add(new Problem("model", e.getMessage()));
      return null;
    }
  }

  private List<Inspected.Pair> texts(ReconstructionRequest request, List<Problem> problems) {
    List<Inspected.Pair> texts = new ArrayList<>();
    for (int i = 0; i < request.datasets().size(); i++) {
      Dataset dataset = request.datasets().get(i);
      String field = "datasets[" + i + "].";
      if (dataset == null || dataset.name() == null || dataset.path() == null) {
        continue;
      }
      Dataset parted = parted(dataset);
      InspectedCorpus text = text(dataset, parted.path(), field + "path", problems);
      InspectedCorpus eval =
          parted.evalPath() == null
              ? null
              : text(dataset, parted.evalPath(), field + "eval_path", problems);
      texts.add(new Inspected.Pair(text, eval));
    }
    return texts;
  }

  /** A folder with training and evaluation text means both, as in a folder of data sets. */
  private Dataset parted(Dataset given) {
    Path folder = roots.resolve(given.path());
    if (given.evalPath() != null || roots.refusal(folder) != null) {
      return given;
    }
    return DatasetFolders.parts(folder)
        .map(parts -> given.at(parts.train().toString(), parts.eval().toString()))
        .orElse(given);
  }

  private InspectedCorpus text(Dataset dataset, String path, String field, List<Problem> problems) {
    try {
      return corpora.inspect(dataset.name(), path, dataset.textField());
    } catch (CorpusException | DataRootException e) {
      problems.add(new Problem(field, e.getMessage()));
      return null;
    }
  }

  private List<InspectedTask> tasks(ReconstructionRequest request, List<Problem> problems) {
    if (request.evaluation() == null) {
      return List.of();
    }
    List<InspectedTask> tasks = new ArrayList<>();
    for (int i = 0; i < request.evaluation().tasks().size(); i++) {
      try {
        tasks.add(taskFiles.inspect(request.evaluation().tasks().get(i)));
      } catch (TaskException | CorpusException | DataRootException e) {
        problems.add(new Problem("evaluation.tasks[" + i + "]", e.getMessage()));
      }
    }
    return tasks;
  }

  private static void shapes(
      ReconstructionRequest request, LlamaConfig config, List<Problem> problems) {
    try {
      int width = ExpertWidth.parse(request.experts().width()).channels(config.intermediateSize());
      SplitShape.problem(request.experts(), width, config.intermediateSize())
          .ifPresent(problems::add);
    } catch (IllegalArgumentException e) {
      problems.add(new Problem("experts.width", e.getMessage()));
    }
    within("calibration.window_tokens", request.calibration().windowTokens(), config, problems);
    within("training.sequence_tokens", request.training().sequenceTokens(), config, problems);
    within("evaluation.window_tokens", request.evaluation().windowTokens(), config, problems);
  }

  private static void device(ReconstructionRequest request, Machine here, List<Problem> problems) {
    boolean cuda = request.numerics().device() == Numerics.Device.CUDA;
    if (cuda && here.devices().gpus().isEmpty()) {
      problems.add(
          new Problem(
              "numerics.device",
              "found cuda, but the worker that inspects this request computes on its processor only; set auto or cpu, or start the worker where there is a GPU (`shoal doctor` says why one is not used)"));
    }
  }

  private static void within(String field, int tokens, LlamaConfig config, List<Problem> problems) {
    if (tokens > config.longestSequence()) {
      problems.add(
          new Problem(
              field,
              "found %d, but the model reads at most %d positions; lower it"
                  .formatted(tokens, config.longestSequence())));
    }
  }

  /** A request without anything automatic, and its plan. */
  private record Resolution(ReconstructionRequest request, RunPlan plan) {}

  private Resolution resolve(
      ReconstructionRequest request, LlamaConfig config, List<Inspected.Pair> texts, Machine here) {
    long trainTokens = trainTokens(request, texts);
    long parameters = ParameterCount.of(ModelShape.of(config)).total();
    ReconstructionRequest resolved =
        Automatic.resolve(
            request,
            parameters,
            trainTokens,
            here.devices(),
            full -> new Planner(full, config, here).trainsOnDevice());
    List<String> unfit = new ArrayList<>();
    RunPlan plan = new Planner(resolved, config, here).plan(trainTokens, unfit);
    refuse(unfit.stream().map(m -> new Problem("plan", m)).toList());
    return new Resolution(resolved, plan);
  }

  private static long trainTokens(ReconstructionRequest request, List<Inspected.Pair> texts) {
    double characters = 0;
    for (int i = 0; i < texts.size(); i++) {
      characters += request.datasets().get(i).serves(Use.TRAIN) ? texts.get(i).characters() : 0;
    }
    return (long) (characters / CHARACTERS_PER_TOKEN);
  }

  private static ReconstructionRequest absolute(
      ReconstructionRequest request,
      Path model,
      List<Inspected.Pair> texts,
      List<InspectedTask> tasks) {
    List<Dataset> datasets = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Dataset given = request.datasets().get(i);
      InspectedCorpus eval = texts.get(i).evalText();
      datasets.add(given.at(texts.get(i).text().path(), eval == null ? null : eval.path()));
    }
    List<EvaluationTask> asked =
        IntStream.range(0, tasks.size())
            .mapToObj(i -> tasks.get(i).absolute(request.evaluation().tasks().get(i)))
            .toList();
    return request.at(model.toString(), datasets, request.evaluation().with(asked));
  }
}
