package dev.shoal.worker.wiring;

import java.net.URI;
import java.util.Optional;

/**
 * A tracking server of MLflow.
 *
 * @param url its address, which may be a secret
 * @param experiment name of the experiment that runs go to
 * @param token secret that requests carry as {@code Authorization: Bearer}
 * @param temporalUi address of Temporal's UI, which runs are linked to
 */
public record MlflowSettings(
    URI url, String experiment, Optional<String> token, Optional<String> temporalUi) {

  /** Without what may be a secret. */
  @Override
  public String toString() {
    return "MlflowSettings[experiment=%s]".formatted(experiment);
  }
}
