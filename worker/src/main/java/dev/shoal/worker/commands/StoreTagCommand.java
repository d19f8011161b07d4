package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.ArtifactRow;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.TagStore.TagRow;
import dev.shoal.worker.runs.Artifacts;
import dev.shoal.worker.runs.ByteSize;
import dev.shoal.worker.runs.TagFinder;
import dev.shoal.worker.runs.TextTable;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.UserError;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Names artifacts. */
@Command(
    name = "tag",
    description = {
      "Give an artifact a name, which every command takes that takes a digest, and keep it.",
      "Of a run it is the checkpoint, or the mixture where nothing was exported.",
      "Without a name, all tags are listed."
    },
    footer = {
      "",
      "Example:",
      "  shoal store tag legal-v1 legal-moe",
      "  shoal store tag",
      "  shoal store tag legal-v1 legal-half --move",
      "  shoal store tag --delete legal-v1"
    })
public final class StoreTagCommand extends ConnectedCommand {

  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "The tag.")
  private String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "RUN|DIGEST|FOLDER",
      description = "What it is to name.")
  private String what;

  @Option(names = "--move", description = "Although it names something else by now.")
  private boolean move;

  @Option(names = "--delete", description = "Forget the tag; what it names is no longer kept.")
  private boolean delete;

  @Override
  public Integer call() {
    try (Database database = connection.database()) {
      if (delete) {
        delete(database);
      } else if (name == null) {
        list(database.tags().list());
      } else {
        tag(database);
      }
      return ExitCode.DONE;
    }
  }

  private void delete(Database database) {
    if (name == null || what != null) {
      throw UserError.wrongUse("Which tag? `shoal store tag --delete NAME` forgets one.");
    }
    if (!database.tags().untag(name)) {
      throw UserError.failed("There is no tag %s; `shoal store tag` lists them.".formatted(name));
    }
    output.say("%s is no tag any more.".formatted(name));
    output.answer(Output.object().put("deleted", name));
  }

  private void list(List<TagRow> tags) {
    TextTable table = new TextTable("tag", "artifact", "kind", "size", "age");
    ObjectNode answer = Output.object();
    answer.putArray("tags");
    for (TagRow tag : tags) {
      table.add(
          tag.name(),
          tag.sha256().substring(0, StoreListCommand.DIGITS),
          tag.kind(),
          ByteSize.words(tag.bytes()),
          StoreListCommand.age(tag.createdAt(), Instant.now()));
      ObjectNode json = answer.withArray("tags").addObject();
      json.put("tag", tag.name()).put("artifact", tag.sha256()).put("kind", tag.kind());
      json.put("bytes", tag.bytes()).put("created_at", tag.createdAt().toString());
    }
    output.say(tags.isEmpty() ? "There are no tags." : table.toString());
    output.answer(answer);
  }

  private void tag(Database database) {
    if (what == null) {
      throw UserError.wrongUse(
          "What is %1$s to name? `shoal store tag %1$s RUN` or DIGEST.".formatted(name));
    }
    TagFinder.requireUsable(database, name);
    ArtifactRow artifact = new Artifacts(database).find(what);
    Optional<ArtifactRow> before = database.tags().find(name);
    boolean moves = before.filter(old -> !old.sha256().equals(artifact.sha256())).isPresent();
    if (moves && !move) {
      throw UserError.wrongUse(
          "%s is a tag of %s; --move gives it to %s, and the other is no longer kept by it."
              .formatted(name, TagFinder.words(before.get()), TagFinder.words(artifact)));
    }
    keep(database, artifact, before);
    output.say(
        moves
            ? "%s names %s now, no longer %s."
                .formatted(name, TagFinder.words(artifact), TagFinder.words(before.get()))
            : "%s names %s.".formatted(name, TagFinder.words(artifact)));
    output.answer(Output.object().put("tag", name).put("artifact", artifact.sha256()));
  }

  /** Tags first and looks then, so that no collection comes between. */
  private void keep(Database database, ArtifactRow artifact, Optional<ArtifactRow> before) {
    database.tags().tag(name, artifact.sha256());
    if (database.pins().givenUp(artifact.sha256()).contains(artifact.sha256())) {
      before.ifPresentOrElse(
          old -> database.tags().tag(name, old.sha256()), () -> database.tags().untag(name));
      throw UserError.failed(
          "%s was deleted before; run its request again to have it back, then tag it."
              .formatted(TagFinder.words(artifact)));
    }
  }
}
