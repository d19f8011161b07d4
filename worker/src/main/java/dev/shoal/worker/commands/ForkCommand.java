package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.CheckpointStore.Kept;
import dev.shoal.migrations.Database;
import dev.shoal.worker.runs.Fork;
import dev.shoal.worker.runs.RunFinder;
import dev.shoal.worker.wiring.UserError;
import dev.shoal.workflows.stages.TrainingActivities.Stage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts a run that goes on from a checkpoint of another one. */
@Command(
    name = "fork",
    description =
        "Start a run that goes on from a checkpoint of another, with other settings: a longer"
            + " budget, another learning rate. The other run, ended or not, is left alone.",
    footer = {"", "Example:", "  shoal fork legal-moe --set training.expert_tokens=1e9 --detach"})
public final class ForkCommand extends ConnectedCommand {

  @Parameters(index = "0", paramLabel = "RUN", description = "As for `shoal watch`.")
  private String run;

  @Option(
      names = "--from-checkpoint",
      paramLabel = "STEP|latest",
      description = "The step of a checkpoint that is still kept; a wrong one lists them.",
      defaultValue = "latest")
  private String checkpoint;

  @Option(
      names = "--stage",
      paramLabel = "STAGE",
      description = "router or experts, whose checkpoint is meant; the later one otherwise.")
  private Stage stage;

  @Option(
      names = "--set",
      paramLabel = "FIELD=VALUE",
      description = "Changes a field, as in training.expert_tokens=1e9; may be repeated.")
  private List<String> changes = List.of();

  @Option(names = "--name", paramLabel = "NAME", description = "Of the new run; else RUN-fork.")
  private String name;

  @Option(names = "--detach", description = "Only start it.")
  private boolean detach;

  @Override
  public Integer call() throws InterruptedException {
    ObjectNode request;
    try (Database database = connection.database()) {
      Fork fork = new Fork(database, RunFinder.find(database, run));
      Kept kept =
          fork.checkpoint(Optional.ofNullable(stage).map(Stage::stageName).orElse(null), step());
      request = fork.request(kept, name, changes);
      if (!database.checkpoints().pin(kept.sha256())) {
        throw UserError.wrongUse("The run has just let this checkpoint go; try again.");
      }
      output.say("Goes on from step %d of %s.".formatted(kept.step(), kept.stage()));
    }
    return new Launch(output, connection).go(request, null, null, detach);
  }

  private OptionalLong step() {
    if (checkpoint.equals("latest")) {
      return OptionalLong.empty();
    }
    if (!checkpoint.matches("\\d{1,18}")) {
      throw UserError.wrongUse(
          "--from-checkpoint %s: expected the number of a step, or latest".formatted(checkpoint));
    }
    return OptionalLong.of(Long.parseLong(checkpoint));
  }
}
