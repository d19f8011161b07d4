package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.shoal.workflows.request.ReconstructionRequest;
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
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DataConverterException;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The wire records as they lie in histories: {@code contract.json} has a line for each. A component
 * that was added changes its line; one that was renamed or removed breaks runs that are alive.
 */
@DisplayName("A wire record")
class ContractJsonTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private final DataConverter converter = PayloadGuard.dataConverter();

  private static Stream<Class<? extends Record>> internal() {
    return Stream.of(
        ArtifactRef.class,
        NamedArtifact.class,
        Corpus.class,
        RunRef.class,
        StageOutcome.class,
        StageDecision.class,
        Progress.class,
        Progress.Stage.class,
        ReconstructionResult.class,
        InspectionActivities.Task.class,
        InspectionActivities.Inspection.class,
        DataActivities.Task.class,
        CalibrationActivities.CalibrateTask.class,
        CalibrationActivities.AffinityTask.class,
        CalibrationActivities.GroupTask.class,
        ExpertActivities.BuildTask.class,
        ExpertActivities.ReassembleTask.class,
        ForkActivities.Task.class,
        TrainingActivities.Task.class,
        TrainingActivities.Segment.class,
        EvaluationActivities.Task.class,
        EvaluationActivities.ScoreTask.class,
        TaskFiles.class,
        PublishingActivities.Story.class,
        PublishingActivities.ExportTask.class,
        PublishingActivities.ReportTask.class,
        RunActivities.StateChange.class,
        RunActivities.End.class,
        RunActivities.Conclusion.class,
        ComparisonActivities.Task.class,
        ComparisonActivities.Inspection.class,
        ComparisonActivities.Conclusion.class,
        ComparisonResult.class);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("internal")
  @DisplayName("has the JSON that is on file, and comes back from it")
  void isAsOnFile(Class<? extends Record> type) throws Exception {
    Record sample = sample(type);
    Payload payload = converter.toPayload(sample).orElseThrow();

    assertThat(payload.getData().toStringUtf8()).isEqualTo(onFile(type).toString());
    assertThat(converter.fromPayload(payload, type, type)).isEqualTo(sample);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("internal")
  @DisplayName("ignores what a newer version added")
  void ignoresUnknown(Class<? extends Record> type) throws Exception {
    ObjectNode newer = onFile(type).put("added_later", 1);

    assertThat(converter.fromPayload(payload(newer), type, type)).isEqualTo(sample(type));
  }

  @Test
  @DisplayName(
      "with settings refuses what it does not know: an older worker must not drop a setting")
  void refusesUnknownSettings() throws Exception {
    ObjectNode newer = onFile(InspectionActivities.Inspection.class);
    ((ObjectNode) newer.get("request")).put("added_later", 1);
    Payload request = payload(newer.get("request"));

    assertThatThrownBy(
            () ->
                converter.fromPayload(
                    request, ReconstructionRequest.class, ReconstructionRequest.class))
        .isInstanceOf(DataConverterException.class)
        .hasMessageContaining("added_later");
  }

  /** The contract as it would be on file now. */
  String contract() throws ReflectiveOperationException {
    List<String> lines = new ArrayList<>();
    for (Class<? extends Record> type : internal().toList()) {
      String json = converter.toPayload(sample(type)).orElseThrow().getData().toStringUtf8();
      lines.add("  \"%s\": %s".formatted(name(type), json));
    }
    return "{\n" + String.join(",\n", lines) + "\n}\n";
  }

  private static String name(Class<?> type) {
    return type.getName().substring(type.getPackageName().length() + 1);
  }

  private static Payload payload(JsonNode json) {
    return Payload.newBuilder()
        .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
        .setData(ByteString.copyFromUtf8(json.toString()))
        .build();
  }

  private static ObjectNode onFile(Class<?> type) throws IOException {
    String name = name(type);
    JsonNode line = JSON.readTree(ContractJsonTest.class.getResource("/contract.json")).get(name);
    assertThat(line).as("line of " + name + " in contract.json").isNotNull();
    return (ObjectNode) line;
  }

  /** A record whose texts are the names of their components and whose lists have one element. */
  private static <T extends Record> T sample(Class<T> type) throws ReflectiveOperationException {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = sample(components[i].getGenericType(), components[i].getName());
    }
    return type.getDeclaredConstructor(
            Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
        .newInstance(values);
  }

  private static Object sample(Type type, String name) throws ReflectiveOperationException {
    if (type instanceof ParameterizedType list) {
      return List.of(sample(list.getActualTypeArguments()[0], name));
    }
    Class<?> target = (Class<?>) type;
    if (target.isRecord()) {
      return sample(target.asSubclass(Record.class));
    }
    if (target.isEnum()) {
      return target.getEnumConstants()[0];
    }
    return target == String.class ? name : SCALARS.get(target);
  }

  private static final Map<Class<?>, Object> SCALARS =
      Map.of(
          int.class,
          1,
          Integer.class,
          1,
          long.class,
          2L,
          Long.class,
          2L,
          Double.class,
          0.5,
          boolean.class,
          true,
          Boolean.class,
          true,
          BigDecimal.class,
          new BigDecimal("0.25"));
}
