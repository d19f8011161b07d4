package dev.shoal.activities;

import dev.shoal.workflows.ArtifactRef;
import java.nio.file.Path;

/**
 * A mixture as an artifact: what it is put together from. Trained weights, if any, lie beside it;
 * nothing is copied.
 *
 * @param dense the dense checkpoint
 * @param experts kept channels and folded projections
 * @param numExperts experts in each layer
 * @param expertsPerToken experts that one token uses
 * @param routerSeed start of the router
 * @param trained whether trained weights lie in the folder
 */
record MoeManifest(
    ArtifactRef dense,
    ArtifactRef experts,
    int numExperts,
    int expertsPerToken,
    long routerSeed,
    boolean trained) {

  private static final JsonFile<MoeManifest> FILE = new JsonFile<>("moe.json", MoeManifest.class);

  static MoeManifest read(Path folder) {
    return FILE.read(folder);
  }

  void write(Path folder) {
    FILE.write(folder, this);
  }

  MoeManifest afterTraining() {
    return new MoeManifest(dense, experts, numExperts, expertsPerToken, routerSeed, true);
  }
}
