package dev.shoal.worker.lineage;

import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.StageRow;
import dev.shoal.worker.runs.RunFinder;
import dev.shoal.worker.wiring.UserError;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Finds the stage that a person means: {@code evaluate/trained}, {@code train-experts}, or as it is
 * shown, {@code evaluate · trained}.
 */
final class StageFinder {

  private StageFinder() {}

  /** The one so called. */
  static StageRow find(RunRow run, List<StageRow> stages, String text) {
    String typed = text.replace(" · ", "/");
    List<StageRow> found = stages.stream().filter(stage -> matches(stage, typed)).toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    boolean none = found.isEmpty();
    throw UserError.wrongUse(
        "%s (%s) has %s %s; name one of: %s."
            .formatted(
                run.name(),
                RunFinder.shortId(run),
                none ? "no stage" : "several stages",
                text,
                (none ? stages : found)
                    .stream().map(StageFinder::label).collect(Collectors.joining(", "))));
  }

  /** As it is typed. */
  static String label(StageRow stage) {
    return stage.shard().isEmpty() ? stage.name() : stage.name() + "/" + stage.shard();
  }

  private static boolean matches(StageRow stage, String text) {
    int slash = text.indexOf('/');
    String name = slash < 0 ? text : text.substring(0, slash);
    return plain(name).equals(plain(stage.name()))
        && (slash < 0 || text.substring(slash + 1).equals(stage.shard()));
  }

  /** Names have spaces, which a shell would split at. */
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace('-', ' ').replace('_', ' ');
  }
}
