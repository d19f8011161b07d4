package dev.shoal.worker.lineage;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.LineageRow;
import dev.shoal.migrations.StageRow;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineage.InputDataset;
import io.openlineage.client.OpenLineage.OutputDataset;
import io.openlineage.client.OpenLineage.RunEvent;
import io.openlineage.client.OpenLineage.RunFacet;
import io.openlineage.client.OpenLineage.RunFacets;
import io.openlineage.client.OpenLineageClientUtils;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A lineage as events of <a href="https://openlineage.io">OpenLineage</a>: one COMPLETE a stage, in
 * the order the stages ended. The job is the stage's name with its shard, the event's run the stage
 * itself, its parent the run; data sets are named by kind and digest.
 */
public final class OpenLineageEvents {

  private static final String NAMESPACE = "shoal";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OpenLineage events = new OpenLineage(URI.create("urn:dev.shoal"));
  private final Database database;
  private final Map<UUID, Instant> ends = new LinkedHashMap<>();

  /** Asks this database when stages ended. */
  public OpenLineageEvents(Database database) {
    this.database = database;
  }

  /** One event a line, in JSON. */
  public String lines(LineageGraph graph) {
    Map<UUID, List<LineageRow>> stages =
        graph.edges().stream()
            .collect(
                Collectors.groupingBy(
                    LineageRow::stageId, LinkedHashMap::new, Collectors.toList()));
    graph.edges().stream().map(LineageRow::runId).distinct().forEach(this::readEnds);
    return stages.values().stream()
        .sorted(Comparator.comparing(edges -> ends.get(edges.get(0).stageId())))
        .map(edges -> OpenLineageClientUtils.toJson(event(edges)))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  /** The event of one stage; empty where it made nothing from nothing, or did other work since. */
  public Optional<String> ofStage(UUID stage) {
    List<LineageRow> edges = database.lineage().ofStage(stage);
    edges.stream().map(LineageRow::runId).distinct().forEach(this::readEnds);
    return edges.isEmpty()
        ? Optional.empty()
        : Optional.of(OpenLineageClientUtils.toJson(event(edges)));
  }

  private void readEnds(UUID run) {
    for (StageRow stage : database.stages().ofRun(run)) {
      ends.put(stage.stageId(), stage.endedAt().orElse(stage.startedAt()));
    }
  }

  private RunEvent event(List<LineageRow> edges) {
    LineageRow stage = edges.get(0);
    return events
        .newRunEventBuilder()
        .eventType(RunEvent.EventType.COMPLETE)
        .eventTime(ends.get(stage.stageId()).atZone(ZoneOffset.UTC))
        .run(events.newRunBuilder().runId(stage.stageId()).facets(facets(stage)).build())
        .job(events.newJobBuilder().namespace(NAMESPACE).name(LineageGraph.label(stage)).build())
        .inputs(edges.stream().map(LineageGraph::parentName).distinct().map(this::input).toList())
        .outputs(edges.stream().map(LineageGraph::childName).distinct().map(this::output).toList())
        .build();
  }

  private InputDataset input(String name) {
    return events.newInputDatasetBuilder().namespace(NAMESPACE).name(name).build();
  }

  private OutputDataset output(String name) {
    return events.newOutputDatasetBuilder().namespace(NAMESPACE).name(name).build();
  }

  /** The run that the stage belongs to, and what its result was determined by. */
  private RunFacets facets(LineageRow stage) {
    RunFacet settings = events.newRunFacet();
    stage
        .settings()
        .map(document -> JSON.convertValue(document, Object.class))
        .ifPresent(document -> settings.getAdditionalProperties().put("key", document));
    return events
        .newRunFacetsBuilder()
        .parent(
            events.newParentRunFacet(
                events.newParentRunFacetRunBuilder().runId(stage.runId()).build(),
                events.newParentRunFacetJobBuilder().namespace(NAMESPACE).name(stage.run()).build(),
                null))
        .put("shoal_computation", settings)
        .build();
  }
}
