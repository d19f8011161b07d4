package dev.shoal.worker.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.MetricStore.Point;
import dev.shoal.migrations.StageRow;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;

/** Numbers of a run, as people and programs read them. */
public final class MetricLines {

  private static final CsvMapper CSV =
      CsvMapper.builder().enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING).build();
  private static final CsvSchema COLUMNS =
      CSV.schemaFor(Line.class)
          .sortedBy("stage", "shard", "metric", "step", "value", "observed_at")
          .withHeader();

  private final List<Line> lines;

  private MetricLines(List<Line> lines) {
    this.lines = lines;
  }

  /**
   * One number.
   *
   * @param stage name of the stage
   * @param shard its shard, or empty
   * @param metric name with its denominator
   * @param step training step, or 0
   * @param value the number
   * @param observed_at when it was written
   */
  record Line(
      String stage, String shard, String metric, long step, double value, String observed_at) {}

  /** The last value of each metric. */
  public static MetricLines last(Database database, UUID run) {
    return read(
        database,
        run,
        (key, add) ->
            database.metrics().last(key).forEach((metric, point) -> add.accept(metric, point)));
  }

  /** One metric over its steps. */
  public static MetricLines series(Database database, UUID run, String metric) {
    return read(
        database,
        run,
        (key, add) ->
            database.metrics().series(key, metric).forEach(point -> add.accept(metric, point)));
  }

  /** Every metric over its steps. */
  public static MetricLines all(Database database, UUID run) {
    return read(
        database,
        run,
        (key, add) ->
            database
                .metrics()
                .series(key)
                .forEach((metric, points) -> points.forEach(point -> add.accept(metric, point))));
  }

  /** Collects what is found of each computation of a run. */
  private static MetricLines read(
      Database database, UUID run, BiConsumer<String, BiConsumer<String, Point>> find) {
    List<Line> lines = new ArrayList<>();
    for (StageRow stage : database.stages().ofRun(run)) {
      find.accept(
          stage.computationKey().orElse(""),
          (metric, point) -> lines.add(line(stage, metric, point)));
    }
    return new MetricLines(lines);
  }

  private static Line line(StageRow stage, String metric, Point point) {
    return new Line(
        stage.name(),
        stage.shard(),
        metric,
        point.step(),
        point.value(),
        point.observedAt().toString());
  }

  /** For people. */
  public String table() {
    TextTable table = new TextTable("stage", "metric", "step", "value");
    lines.forEach(
        line ->
            table.add(
                label(line),
                line.metric(),
                String.valueOf(line.step()),
                String.valueOf(line.value())));
    return table.toString();
  }

  private static String label(Line line) {
    return line.shard().isEmpty() ? line.stage() : line.stage() + " · " + line.shard();
  }

  /** With a line of names first and a line end after the last. */
  public String csv() {
    try {
      return CSV.writer(COLUMNS).writeValueAsString(lines);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An object each. */
  public ArrayNode json() {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    for (Line line : lines) {
      json.addObject()
          .put("stage", label(line))
          .put("metric", line.metric())
          .put("step", line.step())
          .put("value", line.value());
    }
    return json;
  }
}
