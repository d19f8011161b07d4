package dev.shoal.activities;

import dev.shoal.activities.inspect.DataRootException;
import dev.shoal.activities.inspect.Inspector;
import dev.shoal.activities.store.ArtifactDamagedException;
import dev.shoal.activities.store.ArtifactStore;
import dev.shoal.activities.store.DataRoots;
import dev.shoal.activities.store.OutsideDataRootsException;
import dev.shoal.migrations.ArtifactCatalog;
import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.tokens.TokenFile;
import dev.shoal.workflows.ArtifactRef;
import dev.shoal.workflows.stages.NamedArtifact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** From references to files: what stages made, and what users brought. */
final class Inputs {

  private final ArtifactStore store;
  private final ArtifactCatalog catalog;
  private final DataRoots roots;
  private final Inspector inspector;
  private ArtifactRef loaded;
  private DenseModel dense;

  Inputs(ArtifactStore store, ArtifactCatalog catalog, DataRoots roots, Inspector inspector) {
    this.store = store;
    this.catalog = catalog;
    this.roots = roots;
    this.inspector = inspector;
  }

  /** The folder of an artifact that a stage made. */
  Path own(ArtifactRef artifact) {
    return store.open(artifact);
  }

  /** The model folder with this digest, wherever it was last seen. */
  Path model(ArtifactRef model) {
    return external(model, path -> inspector.modelManifest(Path.of(path)).sha256(), "model folder");
  }

  /** The path, folder or glob of a corpus with this digest. */
  String corpus(ArtifactRef corpus) {
    return external(corpus, path -> inspector.corpusManifest(path).sha256(), "corpus").toString();
  }

  private Path external(ArtifactRef artifact, Function<String, String> digest, String what) {
    String seen = "nowhere";
    String outside = null;
    for (ArtifactCatalog.Location location : catalog.locations(artifact.sha256())) {
      seen = location.uri();
      try {
        require(Path.of(seen));
        if (Files.exists(existing(Path.of(seen))) && digest.apply(seen).equals(artifact.sha256())) {
          return Path.of(seen);
        }
      } catch (DataRootException e) {
        outside = e.getMessage();
      }
    }
    if (outside != null) {
      throw new OutsideDataRootsException(
          "the %s: %s; the stage tries again by itself".formatted(what, outside));
    }
    throw new ArtifactDamagedException(
        artifact.sha256(),
        "the %s %s, last seen at %s, has changed or gone since the run was inspected; put it back as it was or start a new run"
            .formatted(what, artifact.shortDigest(), seen));
  }

  private void require(Path path) {
    String refusal = roots.refusal(path);
    if (refusal != null) {
      throw new DataRootException(refusal);
    }
  }

  /** The part of a glob before its first wildcard. */
  private static Path existing(Path path) {
    Path part = path;
    while (part.getParent() != null && part.toString().matches(".*[*?\\[{].*")) {
      part = part.getParent();
    }
    return part;
  }

  /** The dense model, kept between stages; only the single device slot calls this. */
  synchronized DenseModel dense(ArtifactRef model, Device device) {
    if (!model.equals(loaded) || !device.equals(dense.device())) {
      close();
      dense = DenseModel.load(model(model), device);
      loaded = model;
    }
    return dense;
  }

  /** Frees the kept model. */
  synchronized void close() {
    if (dense != null) {
      dense.close();
      dense = null;
      loaded = null;
    }
  }

  /** The data sets of each group, in the order of the experts that were made for them. */
  List<List<String>> groups(ArtifactRef grouping) {
    return new JsonFile<>(CalibrationStages.GROUPING, CalibrationStages.GroupingDocument.class)
        .read(own(grouping))
        .grouping()
        .groups();
  }

  /** The training side of a data set's tokens. */
  TokenFile train(NamedArtifact tokens) {
    return TokenFile.open(own(tokens.artifact()).resolve(TokenizeStage.TRAIN));
  }

  /** The evaluation side of a data set's tokens. */
  TokenFile eval(NamedArtifact tokens) {
    return TokenFile.open(own(tokens.artifact()).resolve(TokenizeStage.EVAL));
  }
}
