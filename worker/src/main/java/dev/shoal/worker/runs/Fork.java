package dev.shoal.worker.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.fork.ForkOrigins;
import dev.shoal.activities.fork.ForkRules;
import dev.shoal.migrations.CheckpointStore.Kept;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.worker.wiring.UserError;
import dev.shoal.worker.wiring.Wiring;
import dev.shoal.workflows.request.InvalidRequestException;
import dev.shoal.workflows.request.Problem;
import dev.shoal.workflows.request.ReconstructionRequest;
import dev.shoal.workflows.request.RequestReader;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** A request that goes on from a checkpoint of a run: that run's own, with changes. */
public final class Fork {

  private final Database database;
  private final RunRow run;

  /** From a run that was inspected. */
  public Fork(Database database, RunRow run) {
    this.database = database;
    this.run = run;
  }

  /**
   * The request.
   *
   * @param checkpoint that it begins from
   * @param name of the new run
   * @param changes {@code a.b=value}
   * @throws InvalidRequestException naming every change that is not possible
   */
  public ObjectNode request(Kept checkpoint, String name, List<String> changes) {
    JsonNode origin = run.resolved().orElseThrow(this::none);
    ObjectNode request = origin.deepCopy();
    request.put("name", name == null ? run.name() + "-fork" : name);
    RequestFile.assign(request, changes);
    request.withObject("/training").put("from_checkpoint", checkpoint.sha256());
    check(request, origin, checkpoint);
    return request;
  }

  /** What needs no files, before anything starts. */
  private static void check(ObjectNode request, JsonNode origin, Kept checkpoint) {
    ReconstructionRequest fork = RequestReader.read(request.toString(), Wiring.datasetFolders());
    List<Problem> problems =
        ForkRules.check(
            fork,
            origin,
            ForkOrigins.stage(checkpoint.stage()),
            checkpoint.step() * origin.at("/training/batch_tokens").asLong());
    if (!problems.isEmpty()) {
      throw new InvalidRequestException(problems);
    }
  }

  /**
   * The checkpoint that is meant.
   *
   * @param stage its name; null for the last stage that keeps any
   * @param step of the checkpoint; empty for the newest
   * @throws UserError naming those that are kept
   */
  public Kept checkpoint(String stage, OptionalLong step) {
    List<Kept> kept = database.checkpoints().ofRun(run.runId());
    if (kept.isEmpty()) {
      throw none();
    }
    String from = stage == null ? kept.get(0).stage() : stage;
    return kept.stream()
        .filter(one -> one.stage().equals(from))
        .filter(one -> step.isEmpty() || one.step() == step.getAsLong())
        .findFirst()
        .orElseThrow(() -> none(from, step, kept));
  }

  private UserError none() {
    return UserError.wrongUse(
        "%s keeps no checkpoint: it has written none yet, or `shoal store gc` gave them up."
            .formatted(named()));
  }

  private UserError none(String stage, OptionalLong step, List<Kept> kept) {
    return UserError.wrongUse(
        "%s keeps no checkpoint of %s%s; it keeps %s."
            .formatted(
                named(),
                stage,
                step.isPresent() ? ", step " + step.getAsLong() : "",
                kept.stream()
                    .map(one -> one.stage() + ", step " + one.step())
                    .collect(Collectors.joining("; "))));
  }

  private String named() {
    return "%s (%s)".formatted(run.name(), RunFinder.shortId(run));
  }
}
