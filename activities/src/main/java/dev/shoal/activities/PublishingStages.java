package dev.shoal.activities;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.stage.StageCode;
import dev.shoal.activities.stage.StageContext;
import dev.shoal.activities.stage.StageRunner;
import dev.shoal.activities.stage.StageSpec;
import dev.shoal.activities.stage.StageWork;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.export.ExportVerification;
import dev.shoal.models.export.MixtralExport;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.prune.Compensation;
import dev.shoal.workflows.request.Export;
import dev.shoal.workflows.stages.NamedArtifact;
import dev.shoal.workflows.stages.PublishingActivities;
import dev.shoal.workflows.stages.StageOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes the checkpoint and the page. */
final class PublishingStages implements PublishingActivities {

  static final String REPORT = "report.html";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StageRunner stages;
  private final Inputs inputs;
  private final Mixtures mixtures;

  PublishingStages(StageRunner stages, Inputs inputs, Mixtures mixtures) {
    this.stages = stages;
    this.inputs = inputs;
    this.mixtures = mixtures;
  }

  @Override
  public StageOutcome export(ExportTask task) {
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    settings.put("format", Export.Format.HF.name()).put("dtype", task.export().dtype().name());
    return stages.run(
        new StageSpec(
            task.run(),
            StageCode.EXPORT,
            "",
            settings,
            List.of(
                new StageSpec.Input("dense", task.model()),
                new StageSpec.Input("moe", task.moe()))),
        context -> export(task, context));
  }

  private StageWork.Result export(ExportTask task, StageContext context) {
    if (mixtures.compensation(task.moe()) == Compensation.BIAS) {
      return StageWork.Result.nothing(
          "no stock format holds the bias of compensation: bias; fold gives a Mixtral checkpoint");
    }
    try (MoeModel model = mixtures.load(task.moe())) {
      TensorDtype dtype = dtype(task.export().dtype());
      MixtralExport.write(model, inputs.model(task.model()), context.folder(), dtype, context);
      context.report("verify", 0, 1);
      double difference = ExportVerification.verify(model, context.folder(), dtype);
      context.metric("export_max_logit_difference", 0, difference);
    }
    return StageWork.Result.complete();
  }

  private static TensorDtype dtype(Export.StoredType type) {
    return switch (type) {
      case BFLOAT16 -> TensorDtype.BF16;
      case FLOAT16 -> TensorDtype.F16;
      case FLOAT32 -> TensorDtype.F32;
    };
  }

  @Override
  public StageOutcome report(ReportTask task) {
    List<StageSpec.Input> read = new ArrayList<>();
    read.add(new StageSpec.Input("dense", task.model()));
    read.add(new StageSpec.Input("grouping", task.grouping()));
    task.scores().forEach(s -> read.add(new StageSpec.Input("scores " + s.name(), s.artifact())));
    if (task.export() != null) {
      read.add(new StageSpec.Input("export", task.export()));
    }
    ObjectNode settings = StageRunner.settings(task.request());
    settings.remove(List.of("model", "datasets", "checkpoint"));
    return stages.run(
        new StageSpec(task.run(), StageCode.REPORT, "", settings, read),
        context -> report(task, context));
  }

  private StageWork.Result report(ReportTask task, StageContext context) throws IOException {
    List<Scores> scores = new ArrayList<>();
    for (NamedArtifact judged : task.scores()) {
      scores.add(Scores.read(inputs.own(judged.artifact())));
    }
    Path grouping = inputs.own(task.grouping()).resolve(CalibrationStages.GROUPING);
    CalibrationStages.GroupingDocument groups =
        JSON.readValue(grouping.toFile(), CalibrationStages.GroupingDocument.class);
    String page = new ReportPage(task, scores, groups).html();
    Files.writeString(context.folder().resolve(REPORT), page);
    return StageWork.Result.complete();
  }
}
