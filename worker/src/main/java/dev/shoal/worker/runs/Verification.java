package dev.shoal.worker.runs;

import dev.shoal.activities.inspect.Inspector;
import dev.shoal.migrations.ArtifactCatalog;
import dev.shoal.migrations.ArtifactRow;
import dev.shoal.migrations.Database;
import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.worker.wiring.Wiring;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Compares the bytes of artifacts with their digests; nothing remembered is believed. */
public final class Verification {

  private final Database database;
  private final Wiring wiring;

  /** With this catalog and this store. */
  public Verification(Database database, Wiring wiring) {
    this.database = database;
    this.wiring = wiring;
  }

  /** What is wrong with an artifact, a phrase a place; empty if it is intact. */
  public List<String> damage(ArtifactRow artifact) throws IOException {
    Path own = wiring.store().locate(artifact.sha256());
    if (Files.isDirectory(own)) {
      boolean intact = FolderManifest.of(own).sha256().equals(artifact.sha256());
      return intact ? List.of() : List.of("changed files in " + own);
    }
    boolean external = artifact.kind().equals("model") || artifact.kind().equals("corpus");
    return external ? ofInput(artifact) : List.of("missing from " + own);
  }

  private List<String> ofInput(ArtifactRow artifact) throws IOException {
    Path scratch = Files.createTempDirectory("shoal-verify-");
    try {
      Inspector inspector = wiring.forgetfulInspector(scratch);
      List<String> damage = new ArrayList<>();
      for (ArtifactCatalog.Location place : database.artifacts().locations(artifact.sha256())) {
        String found = digest(inspector, artifact.kind(), place.uri());
        if (!found.equals(artifact.sha256())) {
          damage.add(place.uri() + " now is " + found);
        }
      }
      return damage;
    } finally {
      delete(scratch);
    }
  }

  private static String digest(Inspector inspector, String kind, String place) {
    try {
      return kind.equals("model")
          ? inspector.modelManifest(Path.of(place)).sha256()
          : inspector.corpusManifest(place).sha256();
    } catch (UncheckedIOException e) {
      return "not readable";
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
