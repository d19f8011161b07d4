package dev.shoal.activities;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.workflows.ArtifactRef;
import java.io.IOException;
import java.io.UncheckedIOException;
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

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "moe.json";

  static MoeManifest read(Path folder) {
    try {
      return JSON.readValue(folder.resolve(FILE).toFile(), MoeManifest.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(Path folder) {
    try {
      JSON.writerWithDefaultPrettyPrinter().writeValue(folder.resolve(FILE).toFile(), this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  MoeManifest afterTraining() {
    return new MoeManifest(dense, experts, numExperts, expertsPerToken, routerSeed, true);
  }
}
