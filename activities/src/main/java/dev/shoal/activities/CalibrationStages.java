package dev.shoal.activities;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.devices.WorkerDevices;
import dev.shoal.activities.stage.StageCode;
import dev.shoal.activities.stage.StageContext;
import dev.shoal.activities.stage.StageRunner;
import dev.shoal.activities.stage.StageSpec;
import dev.shoal.activities.stage.StageWork;
import dev.shoal.models.affinity.Affinity;
import dev.shoal.models.affinity.Grouping;
import dev.shoal.models.affinity.MaskedEvaluation;
import dev.shoal.models.calibration.CalibrationPass;
import dev.shoal.models.calibration.ChannelSpread;
import dev.shoal.models.calibration.StatisticsFile;
import dev.shoal.models.evaluation.Nll;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.prune.ExpertWidth;
import dev.shoal.models.prune.PrunedChannels;
import dev.shoal.models.tokens.TokenFile;
import dev.shoal.workflows.request.Calibration;
import dev.shoal.workflows.stages.CalibrationActivities;
import dev.shoal.workflows.stages.NamedArtifact;
import dev.shoal.workflows.stages.StageOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Statistics, affinity rows, groups. */
final class CalibrationStages implements CalibrationActivities {

  static final String STATISTICS = "statistics.safetensors";
  static final String ROW = "affinity.json";
  static final String GROUPING = "grouping.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StageRunner stages;
  private final Inputs inputs;
  private final WorkerDevices devices;

  CalibrationStages(StageRunner stages, Inputs inputs, WorkerDevices devices) {
    this.stages = stages;
    this.inputs = inputs;
    this.devices = devices;
  }

  @Override
  public StageOutcome calibrate(CalibrateTask task) {
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    settings.put("windows", task.calibration().windows());
    settings.put("window_tokens", task.calibration().windowTokens());
    settings.put("seed", task.calibration().seed());
    addStatistic(settings, task.calibration());
    return stages.run(
        new StageSpec(
                task.run(),
                StageCode.CALIBRATE,
                task.tokens().name(),
                settings,
                List.of(
                    new StageSpec.Input("dense", task.model()),
                    new StageSpec.Input("tokens", task.tokens().artifact())))
            .on(devices.first(task.numerics())),
        context -> calibrate(task, context));
  }

  private StageWork.Result calibrate(CalibrateTask task, StageContext context) {
    DenseModel model = inputs.dense(task.model(), devices.first(task.numerics()));
    TokenFile tokens = inputs.train(task.tokens());
    List<int[]> windows = new WindowSets(tokens, task.calibration()).calibration();
    Path file = context.folder().resolve(STATISTICS);
    switch (task.calibration().statistic()) {
      case VARIANCE -> StatisticsFile.write(CalibrationPass.run(model, windows, context), file);
      case FLAP -> StatisticsFile.write(CalibrationPass.flap(model, windows, context), file);
    }
    return StageWork.Result.complete();
  }

  @Override
  public StageOutcome affinity(AffinityTask task) {
    ObjectNode settings = StageRunner.settings(task.calibration());
    addStatistic(settings, task.calibration());
    settings.put("width", ExpertWidth.parse(task.width()).value());
    List<StageSpec.Input> read = new ArrayList<>();
    read.add(new StageSpec.Input("dense", task.model()));
    read.add(new StageSpec.Input("statistics", task.statistics().artifact()));
    task.tokens().forEach(t -> read.add(new StageSpec.Input("tokens " + t.name(), t.artifact())));
    return stages.run(
        new StageSpec(task.run(), StageCode.AFFINITY, task.statistics().name(), settings, read)
            .on(devices.first(task.numerics())),
        context -> affinity(task, context));
  }

  private StageWork.Result affinity(AffinityTask task, StageContext context) throws IOException {
    DenseModel model = inputs.dense(task.model(), devices.first(task.numerics()));
    ChannelSpread statistics = statistics(task);
    int width = ExpertWidth.parse(task.width()).channels(model.config().intermediateSize());
    PrunedChannels pruned =
        PrunedChannels.of(
            statistics,
            layer -> model.values(layer, DenseTensor.DOWN),
            model.config().hiddenSize(),
            width);
    List<List<int[]>> windows = new ArrayList<>();
    for (NamedArtifact set : task.tokens()) {
      windows.add(new WindowSets(inputs.train(set), task.calibration()).affinity());
    }
    List<Nll> row = MaskedEvaluation.row(model, pruned.kept(), pruned.meanBias(), windows, context);
    Map<String, Double> perplexities = new LinkedHashMap<>();
    for (int i = 0; i < row.size(); i++) {
      perplexities.put(task.tokens().get(i).name(), row.get(i).perplexity());
      context.metric(
          "perplexity_per_token/" + task.tokens().get(i).name(), 0, row.get(i).perplexity());
    }
    JSON.writeValue(context.folder().resolve(ROW).toFile(), perplexities);
    return StageWork.Result.complete();
  }

  private ChannelSpread statistics(AffinityTask task) {
    Path file = inputs.own(task.statistics().artifact()).resolve(STATISTICS);
    return switch (task.calibration().statistic()) {
      case VARIANCE -> StatisticsFile.read(file);
      case FLAP -> StatisticsFile.readFlap(file);
    };
  }

  /** Only the unusual statistic is part of a key: keys are older than the choice. */
  static void addStatistic(ObjectNode settings, Calibration calibration) {
    switch (calibration.statistic()) {
      case VARIANCE -> settings.remove("statistic");
      case FLAP -> settings.put("statistic", "flap");
    }
  }

  @Override
  public StageOutcome group(GroupTask task) {
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    settings.put("num_experts", task.experts().numExperts());
    List<StageSpec.Input> read =
        task.rows().stream()
            .map(row -> new StageSpec.Input("affinity " + row.name(), row.artifact()))
            .toList();
    return stages.run(
        new StageSpec(task.run(), StageCode.GROUP, "", settings, read),
        context -> group(task, context));
  }

  private StageWork.Result group(GroupTask task, StageContext context) throws IOException {
    List<String> names = task.rows().stream().map(NamedArtifact::name).toList();
    double[][] matrix = new double[names.size()][names.size()];
    for (int i = 0; i < names.size(); i++) {
      Path file = inputs.own(task.rows().get(i).artifact()).resolve(ROW);
      Map<String, Double> row = JSON.readValue(file.toFile(), new TypeReference<>() {});
      for (int j = 0; j < names.size(); j++) {
        matrix[i][j] = row.get(names.get(j));
      }
    }
    Affinity affinity = Affinity.of(names, matrix);
    Grouping grouping = Grouping.of(affinity, task.experts().numExperts());
    context.metric("affinity_diagonal_wins", 0, affinity.diagonalWins());
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(
            context.folder().resolve(GROUPING).toFile(), new GroupingDocument(affinity, grouping));
    return StageWork.Result.complete();
  }

  /**
   * The artifact of the group stage.
   *
   * @param affinity the whole matrix
   * @param grouping the groups and why
   */
  record GroupingDocument(Affinity affinity, Grouping grouping) {}
}
