package dev.shoal.worker.wiring;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who is told what happens; nobody by default.
 *
 * @param openLineageFile gets an OpenLineage event a line
 * @param openLineageUrl gets OpenLineage events by POST
 * @param webhookUrl is told of runs that ended or need attention, by POST
 * @param mlflow gets every run with its settings and numbers
 */
public record MessageSettings(
    Optional<Path> openLineageFile,
    Optional<URI> openLineageUrl,
    Optional<URI> webhookUrl,
    Optional<MlflowSettings> mlflow) {

  /** An address, or a mistake that does not repeat it: it may hold a secret. */
  static URI address(String variable, String text) {
    if (!text.matches("https?://[^\\s/?#]+[^\\s]*")) {
      throw UserError.wrongUse(
          "%s is no address; it must begin with http:// or https:// and a host."
              .formatted(variable));
    }
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw UserError.wrongUse(
          "%s is no address: a character in it must be written as %%XX.".formatted(variable));
    }
  }
}
