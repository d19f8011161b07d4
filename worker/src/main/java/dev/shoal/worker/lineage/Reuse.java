package dev.shoal.worker.lineage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.ForeseenStage;
import dev.shoal.migrations.ComputationRow;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.StageRow;
import dev.shoal.worker.runs.RunFinder;
import dev.shoal.worker.runs.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a request would reuse of a run, what it would compute anew, and why. */
public final class Reuse {

  /** Of 100 columns: stage, verdict and time take the rest. */
  private static final int WHY = 45;

  private final Database database;
  private final RunRow run;
  private final List<StageRow> before;
  private final List<Line> lines;

  /** Of a run, by the stages that the request would ask for. */
  public Reuse(Database database, RunRow run, List<ForeseenStage> stages) {
    this.database = database;
    this.run = run;
    this.before = database.stages().ofRun(run.runId());
    this.lines = stages.stream().map(this::line).toList();
  }

  /**
   * One stage.
   *
   * @param stage as it is typed
   * @param verdict what would be done
   * @param seconds that its result took in the run, if it had one
   * @param why the fields that differ from the run's, or another reason
   * @param differences those fields; here is the request
   */
  private record Line(
      String stage,
      Verdict verdict,
      Optional<Double> seconds,
      String why,
      List<KeyDifference> differences) {}

  private enum Verdict {
    REUSED,
    REUSED_ELSEWHERE,
    COMPUTED;

    private String words() {
      return switch (this) {
        case REUSED -> "reused";
        case REUSED_ELSEWHERE -> "reused of another run";
        case COMPUTED -> "computed anew";
      };
    }
  }

  private Line line(ForeseenStage asked) {
    Optional<StageRow> there =
        before.stream()
            .filter(s -> s.name().equals(asked.stage()) && s.shard().equals(asked.shard()))
            .findFirst();
    Optional<ComputationRow> old =
        there.flatMap(StageRow::computationKey).flatMap(database.computations()::find);
    List<KeyDifference> differences =
        old.map(row -> KeyDifference.between(asked.key().document(), row.keyDocument()))
            .orElse(List.of());
    boolean same = old.isPresent() && differences.isEmpty();
    Verdict verdict =
        asked.finished().isEmpty()
            ? Verdict.COMPUTED
            : same ? Verdict.REUSED : Verdict.REUSED_ELSEWHERE;
    String label = asked.shard().isEmpty() ? asked.stage() : asked.stage() + "/" + asked.shard();
    return new Line(
        label,
        verdict,
        there.flatMap(StageRow::seconds),
        why(verdict, old, differences),
        differences);
  }

  private String why(
      Verdict verdict, Optional<ComputationRow> old, List<KeyDifference> differences) {
    if (!differences.isEmpty()) {
      return differences.stream().map(KeyDifference::field).collect(Collectors.joining(", "));
    }
    if (verdict != Verdict.COMPUTED) {
      return "";
    }
    if (run.endedAt().isEmpty()) {
      return old.isEmpty() ? "the run has not come so far" : "the run is not done with it";
    }
    return old.isEmpty() ? "the run has no such stage" : "the result is not there";
  }

  /** For people, within 100 columns. */
  public String text() {
    TextTable table = new TextTable("stage", "would be", "took, s", "because of");
    lines.forEach(
        line ->
            table.add(
                line.stage(), line.verdict().words(), seconds(line.seconds()), cell(line.why())));
    return String.join(System.lineSeparator(), table.toString(), "", sum());
  }

  private String sum() {
    List<Line> lost = lost();
    return "Of %s (%s), %d of %d stages would be reused; what the others replace took %s s."
        .formatted(
            run.name(),
            RunFinder.shortId(run),
            lines.stream().filter(line -> line.verdict() == Verdict.REUSED).count(),
            lines.size(),
            seconds(Optional.of(total(lost))));
  }

  private List<Line> lost() {
    return lines.stream().filter(line -> line.verdict() == Verdict.COMPUTED).toList();
  }

  private static double total(List<Line> lines) {
    return lines.stream().mapToDouble(line -> line.seconds().orElse(0.0)).sum();
  }

  private static String seconds(Optional<Double> seconds) {
    return seconds.map(s -> String.format(Locale.ROOT, "%.1f", s)).orElse("");
  }

  private static String cell(String why) {
    return why.length() <= WHY ? why : why.substring(0, WHY - 1) + "…";
  }

  /** For programs; nothing is shortened. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("run", run.runId().toString()).put("seconds_lost", total(lost()));
    List<ObjectNode> stages = new ArrayList<>();
    for (Line line : lines) {
      ObjectNode stage = JsonNodeFactory.instance.objectNode();
      stage.put("stage", line.stage());
      stage.put("would_be", line.verdict().name().toLowerCase(Locale.ROOT));
      stage.put("seconds", line.seconds().orElse(null)).put("why", line.why());
      stage.putArray("differences");
      line.differences().forEach(d -> stage.withArray("differences").add(d.json()));
      stages.add(stage);
    }
    json.putArray("stages").addAll(stages);
    return json;
  }
}
