package dev.shoal.activities;

import dev.shoal.activities.store.ArtifactStore;
import dev.shoal.models.checkpoint.CheckpointReader;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.export.ExportVerification;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.moe.MoeWeights;
import dev.shoal.workflows.ArtifactRef;
import java.nio.file.Path;

/** Loads an exported checkpoint again and compares its logits with those of its mixture. */
public final class ExportCheck {

  private final ArtifactStore store;
  private final Mixtures mixtures;

  ExportCheck(ArtifactStore store, Mixtures mixtures) {
    this.store = store;
    this.mixtures = mixtures;
  }

  /**
   * Compares.
   *
   * @return the largest absolute difference of a logit
   * @throws IllegalStateException if it is above {@link ExportVerification#TOLERANCE}
   */
  public double difference(ArtifactRef export, ArtifactRef moe) {
    Path folder = store.open(export);
    try (MoeWeights weights = mixtures.weights(moe)) {
      return ExportVerification.verify(weights, folder, dtype(folder));
    }
  }

  private static TensorDtype dtype(Path folder) {
    try (CheckpointReader reader = CheckpointReader.open(folder)) {
      return reader.spec(DenseTensor.EMBEDDING).dtype();
    }
  }
}
