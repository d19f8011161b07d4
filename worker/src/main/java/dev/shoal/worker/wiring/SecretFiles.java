package dev.shoal.worker.wiring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Secrets that are given as the name of a file, as container platforms mount them. */
final class SecretFiles {

  static final List<String> SECRETS =
      List.of(
          "SHOAL_DATABASE_URL",
          "SHOAL_DATABASE_USER",
          "SHOAL_DATABASE_PASSWORD",
          "TEMPORAL_API_KEY");

  private SecretFiles() {}

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
