package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.ArtifactRow;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.worker.runs.RunFinder;
import dev.shoal.worker.runs.TagFinder;
import dev.shoal.worker.wiring.UserError;
import java.util.List;
import java.util.Optional;

/**
 * What a pin is put on: a run or an artifact.
 *
 * @param run the run, or null
 * @param artifact the artifact, or null
 */
record Pinned(RunRow run, ArtifactRow artifact) {

  /** The run or artifact that a person means. */
  static Pinned find(Database database, String text) {
    Optional<ArtifactRow> tagged = TagFinder.find(database, text);
    if (tagged.isPresent()) {
      return new Pinned(null, tagged.get());
    }
    List<ArtifactRow> artifacts = database.artifacts().find(text);
    boolean run = !database.runs().find(text).isEmpty();
    if (artifacts.size() > 1 || (run && !artifacts.isEmpty())) {
      throw UserError.wrongUse(
          "%s is ambiguous: %d artifacts%s begin so; give more of the digest or the run's whole id."
              .formatted(text, artifacts.size(), run ? " and a run" : ""));
    }
    if (artifacts.isEmpty() && !run) {
      throw UserError.wrongUse(
          "There is no run and no artifact %s; `shoal runs` and `shoal store ls` list them."
              .formatted(text));
    }
    return run
        ? new Pinned(RunFinder.find(database, text), null)
        : new Pinned(null, artifacts.get(0));
  }

  String words() {
    return run == null
        ? TagFinder.words(artifact)
        : "run %s (%s)".formatted(run.name(), RunFinder.shortId(run));
  }

  ObjectNode json() {
    return run == null
        ? Output.object().put("artifact", artifact.sha256())
        : Output.object().put("run", run.runId().toString());
  }
}
