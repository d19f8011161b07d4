package dev.shoal.activities;

import dev.shoal.models.engine.Device;
import dev.shoal.models.moe.ExpertSet;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeSettings;
import dev.shoal.models.prune.Compensation;
import dev.shoal.workflows.ArtifactRef;
import java.nio.file.Path;
import java.util.Optional;

/** Loads mixtures from their manifests. */
final class Mixtures {

  private final Inputs inputs;

  Mixtures(Inputs inputs) {
    this.inputs = inputs;
  }

  MoeManifest manifest(ArtifactRef moe) {
    return MoeManifest.read(inputs.own(moe));
  }

  /** What stands in for the removed channels. */
  Compensation compensation(ArtifactRef moe) {
    try (ExpertSet experts = ExpertSet.load(inputs.own(manifest(moe).experts()))) {
      return experts.compensation();
    }
  }

  /** The mixture on its device; the caller closes it. */
  MoeModel load(ArtifactRef moe) {
    Path folder = inputs.own(moe);
    MoeManifest manifest = MoeManifest.read(folder);
    return MoeModel.load(
        inputs.model(manifest.dense()),
        inputs.own(manifest.experts()),
        new MoeSettings(manifest.numExperts(), manifest.expertsPerToken(), manifest.routerSeed()),
        manifest.trained() ? Optional.of(folder) : Optional.empty(),
        Device.cpu());
  }
}
