package dev.shoal.worker.lineage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.AttemptRow;
import dev.shoal.migrations.ComputationRow;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.StageRow;
import dev.shoal.worker.runs.RunFinder;
import dev.shoal.worker.runs.TextTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.commons.text.WordUtils;

/**
 * Why a stage ran or was reused. A stage is reused where a finished computation has the same key;
 * where it ran, the nearest result that was there then shows which part of the key was new. Nearest
 * is the one with the fewest differing fields, of several the newest.
 */
public final class Explanation {

  /** Newest results looked at; a laboratory's months, not more. */
  private static final int CANDIDATES = 5_000;

  private static final int WIDTH = 100;

  /** Of 100 columns, less the gaps: the field and two values. */
  private static final int CELL = 32;

  private final Database database;
  private final RunRow run;
  private final StageRow stage;
  private final Optional<Nearest> nearest;

  private Explanation(Database database, RunRow run, StageRow stage) {
    this.database = database;
    this.run = run;
    this.stage = stage;
    this.nearest =
        stage.status() == StageRow.Status.REUSED ? Optional.empty() : nearest(database, stage);
  }

  /**
   * A result of the same stage, and how its key differs.
   *
   * @param computation what it is
   * @param differences fields that differ; here is the stage explained
   */
  record Nearest(ComputationRow computation, List<KeyDifference> differences) {}

  /**
   * Of a stage of a run.
   *
   * @param stage its name, with a slash and its shard where there are several
   * @throws dev.shoal.worker.wiring.UserError if the run has no such stage, or several
   */
  public static Explanation of(Database database, RunRow run, String stage) {
    return new Explanation(
        database, run, StageFinder.find(run, database.stages().ofRun(run.runId()), stage));
  }

  private static Optional<Nearest> nearest(Database database, StageRow stage) {
    return stage
        .computationKey()
        .flatMap(database.computations()::find)
        .flatMap(
            mine ->
                database.computations().finishedBefore(mine.key(), CANDIDATES).stream()
                    .map(
                        other ->
                            new Nearest(
                                other,
                                KeyDifference.between(mine.keyDocument(), other.keyDocument())))
                    .min(Comparator.comparingInt(other -> other.differences().size())));
  }

  /** For people, within 100 columns. */
  public String text() {
    List<String> parts = new ArrayList<>();
    parts.add(wrapped(verdict()));
    because().map(Explanation::wrapped).ifPresent(parts::add);
    if (stage.status() != StageRow.Status.REUSED && stage.computationKey().isPresent()) {
      parts.addAll(comparison());
    }
    return String.join(System.lineSeparator(), parts);
  }

  private static String wrapped(String text) {
    return WordUtils.wrap(text, WIDTH);
  }

  private String verdict() {
    String name = "%s of %s".formatted(StageFinder.label(stage), named(run));
    if (stage.computationKey().isEmpty()) {
      return "%s is %s; it has no key, so it is done in every run.".formatted(name, stage.status());
    }
    return switch (stage.status()) {
      case REUSED ->
          "%s was reused from %s: the same key had been computed there%s."
              .formatted(name, origin(), took());
      case COMPUTED -> "%s was computed here: %s.".formatted(name, whyComputed());
      case RUNNING -> "%s is not finished: %s.".formatted(name, whyComputed());
      case SKIPPED -> name + " was skipped.";
      case FAILED -> name + " failed.";
    };
  }

  private String whyComputed() {
    return attempts().stream()
        .filter(attempt -> attempt.outcome() == AttemptRow.Outcome.INVALIDATED)
        .reduce((first, last) -> last)
        .map(damaged -> "its earlier result was thrown away")
        .orElse("no finished computation had its key");
  }

  /** What the last attempt or the stage itself says. */
  private Optional<String> because() {
    return attempts().stream()
        .flatMap(attempt -> attempt.failure().stream())
        .reduce((first, last) -> last)
        .or(stage::reason)
        .map(why -> "Last reason given: %s.".formatted(why.path("message").asText()));
  }

  private List<AttemptRow> attempts() {
    return stage.computationKey().map(database.computations()::attempts).orElse(List.of());
  }

  private String took() {
    return stage.seconds().map(s -> ", in %.0f s".formatted(s)).orElse("");
  }

  private String origin() {
    return stage.originRun().map(this::named).orElse("a run that is gone");
  }

  private String named(UUID id) {
    return database.runs().get(id).map(Explanation::named).orElse(id.toString());
  }

  private static String named(RunRow row) {
    return "%s (%s)".formatted(row.name(), RunFinder.shortId(row));
  }

  private List<String> comparison() {
    if (nearest.isEmpty()) {
      return List.of("No computation of this stage had finished before.");
    }
    List<KeyDifference> differences = nearest.get().differences();
    TextTable table = new TextTable("field", "here", "there");
    differences.forEach(d -> table.add(cell(d.field()), cell(d.here()), cell(d.there())));
    String head =
        "The nearest result then was that of %s; %d %s:"
            .formatted(
                nearest.get().computation().originRun().map(this::named).orElse("a run"),
                differences.size(),
                differences.size() == 1 ? "field differs" : "fields differ");
    List<String> lines = new ArrayList<>(List.of(wrapped(head), "", table.toString()));
    hint().ifPresent(lines::add);
    return lines;
  }

  /** Inputs differ because something before did; this leads there. */
  private Optional<String> hint() {
    MadeBy made = MadeBy.of(database, run);
    return nearest.orElseThrow().differences().stream()
        .filter(d -> d.field().startsWith("input ") && d.here() != null)
        .flatMap(d -> made.stage(d.here()).map(s -> d.field() + " comes from " + s).stream())
        .reduce((a, b) -> a + "; " + b)
        .map(text -> wrapped(text + "; explain that."));
  }

  private static String cell(String value) {
    String text = value == null ? "" : value;
    if (text.matches("[0-9a-f]{64}")) {
      return text.substring(0, 12);
    }
    return text.length() <= CELL ? text : text.substring(0, CELL - 1) + "…";
  }

  /** For programs; values are not shortened. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("run", run.runId().toString()).put("stage", stage.name()).put("shard", stage.shard());
    json.put("status", stage.status().name()).put("key", stage.computationKey().orElse(null));
    json.put("reused_from", stage.originRun().map(UUID::toString).orElse(null));
    json.put("why", verdict()).put("reason", because().orElse(null));
    nearest.ifPresent(found -> json.set("nearest", json(found)));
    return json;
  }

  private static ObjectNode json(Nearest found) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("key", found.computation().key());
    json.put("run", found.computation().originRun().map(UUID::toString).orElse(null));
    json.putArray("differences");
    found.differences().forEach(d -> json.withArray("differences").add(d.json()));
    return json;
  }
}
