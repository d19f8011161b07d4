package dev.shoal.worker.stack;

import java.util.Map;
import java.util.Optional;

/**
 * Where Temporal and the database answer.
 *
 * @param temporalAddress host and port of the Temporal front end
 * @param uiUrl the Temporal UI; empty for an external server, whose UI Shoal does not know
 * @param databaseUrl JDBC URL with credentials: a secret
 */
public record Endpoints(String temporalAddress, Optional<String> uiUrl, String databaseUrl) {

  /** The same as environment variables, for a process that shall use this stack. */
  public Map<String, String> environment() {
    return Map.of("TEMPORAL_ADDRESS", temporalAddress, "SHOAL_DATABASE_URL", databaseUrl);
  }

  /** Without the credentials, so that it may be logged. */
  @Override
  public String toString() {
    return "Endpoints[temporal=" + temporalAddress + ", ui=" + uiUrl.orElse("unknown") + "]";
  }
}
