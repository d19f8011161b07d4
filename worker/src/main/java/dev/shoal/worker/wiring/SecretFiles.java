package dev.shoal.worker.wiring;

import dev.shoal.worker.payloads.PayloadKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Secrets that are given as the name of a file, as container platforms mount them. */
final class SecretFiles {

  private static final List<String> SECRETS =
      List.of(
          "SHOAL_DATABASE_URL",
          "SHOAL_DATABASE_USER",
          "SHOAL_DATABASE_PASSWORD",
          PayloadKeys.VARIABLE,
          "SHOAL_OPENLINEAGE_URL",
          "SHOAL_WEBHOOK_URL",
          "SHOAL_MLFLOW_URL",
          "MLFLOW_TRACKING_TOKEN",
          "TEMPORAL_API_KEY");

  /** Variables of Temporal and MLflow that may hold a secret and have no file of ours. */
  private static final Pattern OTHERS =
      Pattern.compile(
          "TEMPORAL_(TLS_CLIENT_KEY_DATA|CODEC_AUTH|GRPC_META_.*)|MLFLOW_TRACKING_(URI|PASSWORD)");

  private SecretFiles() {}

  /** Whether a variable may hold a secret. */
  static boolean isSecret(String variable) {
    return SECRETS.contains(variable) || OTHERS.matcher(variable).matches();
  }

  /** The layer with the content of each {@code NAME_FILE} under {@code NAME}. */
  static Map<String, String> resolve(Map<String, String> layer, Path folder) {
    Map<String, String> resolved = new HashMap<>(layer);
    for (String secret : SECRETS) {
      String file = resolved.remove(secret + "_FILE");
      if (file != null && !file.isBlank()) {
        resolved.putIfAbsent(secret, read(secret, folder.resolve(file)));
      }
    }
    return resolved;
  }

  private static String read(String secret, Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw UserError.wrongUse(
          "%s_FILE names %s, which cannot be read; correct the name or the file's rights."
              .formatted(secret, file));
    }
  }
}
