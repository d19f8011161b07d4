package dev.shoal.activities;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.report.ReportPage;
import dev.shoal.activities.stage.StageCode;
import dev.shoal.activities.stage.StageContext;
import dev.shoal.activities.stage.StageRunner;
import dev.shoal.activities.stage.StageSpec;
import dev.shoal.activities.stage.StageWork;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.export.ExportVerification;
import dev.shoal.models.export.SparseExport;
import dev.shoal.models.gguf.GgufExport;
import dev.shoal.models.gguf.GgufType;
import dev.shoal.models.gguf.GgufUnsupportedException;
import dev.shoal.models.gguf.GgufVerification;
import dev.shoal.models.moe.MoeWeights;
import dev.shoal.models.prune.Compensation;
import dev.shoal.workflows.request.Export;
import dev.shoal.workflows.stages.PublishingActivities;
import dev.shoal.workflows.stages.StageOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the checkpoint and the page. */
final class PublishingStages implements PublishingActivities {

  static final String REPORT = "report.html";
  static final String GGUF = "model.gguf";

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
    Export asked = task.story().request().export();
    boolean gguf = task.format() == Export.Format.GGUF;
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    settings.put("dtype", gguf ? asked.ggufType().name() : asked.dtype().name());
    List<StageSpec.Input> read = new ArrayList<>();
    read.add(new StageSpec.Input("dense", task.model()));
    read.add(new StageSpec.Input("moe", task.moe()));
    if (!gguf) {
      settings.set("card", ModelCard.settings(task.story().request()));
      read.addAll(RunStory.inputs(task.story()));
    }
    return stages.run(
        new StageSpec(
            task.run(), gguf ? StageCode.EXPORT_GGUF : StageCode.EXPORT, "", settings, read),
        context -> export(task, context));
  }

  private StageWork.Result export(ExportTask task, StageContext context) throws IOException {
    if (mixtures.compensation(task.moe()) == Compensation.BIAS) {
      return StageWork.Result.nothing(
          "no stock format holds the bias of compensation: bias; fold gives a stock checkpoint");
    }
    try (MoeWeights weights = mixtures.weights(task.moe())) {
      if (task.format() == Export.Format.GGUF) {
        gguf(task, weights, context);
      } else {
        huggingFace(task, weights, context);
      }
    } catch (GgufUnsupportedException unsupported) {
      return StageWork.Result.nothing(unsupported.getMessage());
    }
    return StageWork.Result.complete();
  }

  private void huggingFace(ExportTask task, MoeWeights weights, StageContext context)
      throws IOException {
    TensorDtype dtype = dtype(task.story().request().export().dtype());
    SparseExport.write(weights, inputs.model(task.model()), context.folder(), dtype, context);
    context.report("verify", 0, 1);
    double difference = ExportVerification.verify(weights, context.folder(), dtype);
    context.metric("export_max_logit_difference", 0, difference);
    Map<String, String> lineage = new LinkedHashMap<>();
    lineage.put("dense model", task.model().sha256());
    lineage.put("mixture", task.moe().sha256());
    RunStory.inputs(task.story()).forEach(i -> lineage.put(i.role(), i.artifact().sha256()));
    RunStory story = RunStory.read(task.story(), inputs);
    String card = new ModelCard(story, weights, lineage).markdown();
    Files.writeString(context.folder().resolve("README.md"), card);
  }

  private void gguf(ExportTask task, MoeWeights weights, StageContext context) {
    GgufType type = GgufType.valueOf(task.story().request().export().ggufType().name());
    Path file = context.folder().resolve(GGUF);
    GgufExport.write(weights, inputs.model(task.model()), file, type, context);
    context.report("verify", 0, 1);
    double difference = GgufVerification.verify(weights, file, type);
    context.metric("export_max_logit_difference", 0, difference);
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
    read.addAll(RunStory.inputs(task.story()));
    if (task.export() != null) {
      read.add(new StageSpec.Input("export", task.export()));
    }
    ObjectNode settings = StageRunner.settings(task.story().request());
    settings.remove(List.of("model", "checkpoint"));
    settings.set("datasets", ModelCard.datasets(task.story().request())); // without their places
    return stages.run(
        new StageSpec(task.run(), StageCode.REPORT, "", settings, read),
        context -> {
          RunStory story = RunStory.read(task.story(), inputs);
          String page = ReportPage.html(ReportStory.of(task, story));
          Files.writeString(context.folder().resolve(REPORT), page);
          return StageWork.Result.complete();
        });
  }
}
