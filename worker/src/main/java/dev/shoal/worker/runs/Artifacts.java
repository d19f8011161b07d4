package dev.shoal.worker.runs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.activities.inspect.ModelFiles;
import dev.shoal.activities.store.ArtifactDamagedException;
import dev.shoal.activities.store.ArtifactStore;
import dev.shoal.migrations.ArtifactRow;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.LineageRow;
import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.StageStore;
import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.worker.wiring.UserError;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.request.ComparisonReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the artifact that a person means: by run, tag, beginning of its digest, or folder. */
public final class Artifacts {

  private final Database database;

  /** Looks in the catalog of this database. */
  public Artifacts(Database database) {
    this.database = database;
  }

  /**
   * What a stage made, if it lies in the store and the store can be read from here.
   *
   * @throws UserError if it is damaged
   */
  static Stream<Path> whole(ArtifactStore store, StageStore.Edge edge) {
    if (!Files.isDirectory(store.locate(edge.sha256()))) {
      return Stream.empty();
    }
    try {
      return Stream.of(store.open(new ArtifactRef(edge.sha256(), edge.role(), 0)));
    } catch (ArtifactDamagedException e) {
      throw UserError.failed(
          e.getMessage() + "; start the same request again, which makes it anew.", e);
    }
  }

  /**
   * The artifact; of a run its checkpoint, or its mixture where nothing was exported.
   *
   * @throws UserError if there is none, or if there are several
   */
  public ArtifactRow find(String text) {
    if (Files.isDirectory(Path.of(text))) {
      return ofFolder(Path.of(text));
    }
    Optional<ArtifactRow> tagged = TagFinder.find(database, text);
    if (tagged.isPresent()) {
      return tagged.get();
    }
    List<ArtifactRow> rows = database.artifacts().find(text);
    if (rows.size() == 1) {
      return rows.get(0);
    }
    if (rows.size() > 1 && database.runs().find(text).isEmpty()) {
      throw UserError.wrongUse(
          "%s is ambiguous: %d artifacts begin so; give more of the digest."
              .formatted(text, rows.size()));
    }
    return ofRun(RunFinder.find(database, text));
  }

  /** Something made here, or a model that a run began with: of that only some files count. */
  private ArtifactRow ofFolder(Path folder) {
    FolderManifest whole = FolderManifest.of(folder);
    List<String> names =
        ModelFiles.of(folder).stream().map(file -> file.getFileName().toString()).toList();
    FolderManifest model =
        new FolderManifest(
            whole.files().stream().filter(file -> names.contains(file.path())).toList());
    return Stream.of(whole, model)
        .flatMap(manifest -> database.artifacts().find(manifest.sha256()).stream())
        .findFirst()
        .orElseThrow(
            () ->
                UserError.failed(
                    "%s (sha256 %s) is not known here: it was made elsewhere, or changed since."
                        .formatted(folder, whole.sha256())));
  }

  private ArtifactRow ofRun(RunRow run) {
    return run.result().stream()
        .flatMap(result -> Stream.of(result.path("exportSha256"), result.path("model")))
        .filter(JsonNode::isTextual)
        .flatMap(digest -> database.artifacts().find(digest.textValue()).stream())
        .findFirst()
        .orElseThrow(
            () ->
                UserError.wrongUse(
                    ComparisonReader.isComparison(run.request())
                        ? "%1$s is a comparison; name one of its runs, as in %1$s/%2$s."
                            .formatted(run.name(), run.request().at("/variations/0/name").asText())
                        : "Run %s (%s) has made no model; name one of its artifacts by digest, or an earlier run by its id."
                            .formatted(RunFinder.shortId(run), run.status())));
  }

  /** The checkpoint that {@link #find} names, or that was made from it. */
  public Optional<ArtifactRef> export(String text) {
    ArtifactRow found = find(text);
    if (found.kind().equals("export")) {
      return Optional.of(ref(found));
    }
    return database.lineage().descendants(found.sha256()).stream()
        .filter(edge -> edge.childKind().equals("export"))
        .filter(edge -> edge.parent().equals(found.sha256()))
        .map(LineageRow::child)
        .flatMap(digest -> database.artifacts().find(digest).stream())
        .map(Artifacts::ref)
        .findFirst();
  }

  /** Why a run exported nothing; empty if that is not known. */
  public Optional<String> exportNote(String text) {
    return database.runs().find(text).stream()
        .findFirst()
        .flatMap(RunRow::result)
        .map(result -> result.path("exportNote"))
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue);
  }

  /** As activities name it. */
  public static ArtifactRef ref(ArtifactRow row) {
    return new ArtifactRef(row.sha256(), row.kind(), row.bytes());
  }
}
