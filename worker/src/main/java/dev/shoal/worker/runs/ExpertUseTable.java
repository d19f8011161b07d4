package dev.shoal.worker.runs;

import dev.shoal.activities.Scores;
import dev.shoal.activities.store.ArtifactStore;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.StageStore;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which experts the tokens of each data set went to, in the last mixture that a run judged. */
public final class ExpertUseTable {

  private ExpertUseTable() {}

  /** The table; empty where no mixture was judged or the store cannot be read from here. */
  public static String table(Database database, ArtifactStore store, UUID run) {
    return database.stages().ofRun(run).stream()
        .filter(stage -> stage.name().equals("evaluate"))
        .flatMap(stage -> database.stages().edges(stage.stageId()).stream())
        .filter(edge -> edge.direction() == StageStore.Direction.OUT)
        .flatMap(edge -> Artifacts.whole(store, edge))
        .map(Scores::read)
        .filter(scores -> !scores.expertUse().isEmpty())
        .reduce((before, last) -> last)
        .map(ExpertUseTable::table)
        .orElse("");
  }

  static String table(Scores scores) {
    int experts = scores.expertUse().values().iterator().next().size();
    Stream<String> head = IntStream.range(0, experts).mapToObj(e -> "expert " + e);
    TextTable table =
        new TextTable(
            Stream.concat(Stream.of("use, " + scores.subject()), head).toArray(String[]::new));
    scores.expertUse().forEach((dataset, shares) -> table.add(row(dataset, shares)));
    String warning = scores.unusedWarning();
    return warning.isEmpty() ? table.toString() : table + System.lineSeparator() + warning;
  }

  private static String[] row(String dataset, List<Double> shares) {
    Stream<String> cells =
        shares.stream().map(share -> String.format(Locale.ROOT, "%.0f %%", 100 * share));
    return Stream.concat(Stream.of(dataset), cells).toArray(String[]::new);
  }
}
