package dev.shoal.activities;

import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.moe.ExpertSet;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeSettings;
import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.moe.MoeWeights;
import dev.shoal.models.plan.ModelShape;
import dev.shoal.models.plan.MoeShape;
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

  /** Its size, without its weights. */
  MoeShape shape(ArtifactRef moe) {
    MoeManifest manifest = manifest(moe);
    try (ExpertSet experts = ExpertSet.load(inputs.own(manifest.experts()))) {
      return new MoeShape(
          ModelShape.of(LlamaConfig.read(inputs.model(manifest.dense()))),
          manifest.numExperts(),
          manifest.expertsPerToken(),
          experts.width(),
          !experts.owns(MoeTensor.GATE));
    }
  }

  /** The mixture on its device; the caller closes it. */
  MoeModel load(ArtifactRef moe, Device device) {
    MoeManifest manifest = manifest(moe);
    return MoeModel.load(
        inputs.model(manifest.dense()),
        inputs.own(manifest.experts()),
        settings(manifest),
        trained(moe, manifest),
        device);
  }

  /** The mixture sharing what it can with its dense source; the caller closes it. */
  MoeModel loadBeside(DenseModel source, ArtifactRef moe) {
    MoeManifest manifest = manifest(moe);
    return MoeModel.loadBeside(
        source,
        inputs.model(manifest.dense()),
        inputs.own(manifest.experts()),
        settings(manifest),
        trained(moe, manifest));
  }

  /** The mixture's weights, read as they are asked for; the caller closes them. */
  MoeWeights weights(ArtifactRef moe) {
    MoeManifest manifest = manifest(moe);
    return MoeWeights.open(
        inputs.model(manifest.dense()),
        inputs.own(manifest.experts()),
        settings(manifest),
        trained(moe, manifest));
  }

  private static MoeSettings settings(MoeManifest manifest) {
    return new MoeSettings(
        manifest.numExperts(), manifest.expertsPerToken(), manifest.routerSeed());
  }

  private Optional<Path> trained(ArtifactRef moe, MoeManifest manifest) {
    return manifest.trained() ? Optional.of(inputs.own(moe)) : Optional.empty();
  }
}
