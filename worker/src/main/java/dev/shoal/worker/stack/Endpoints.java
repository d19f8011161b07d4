package dev.shoal.worker.stack;

import java.util.HashMap;
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
    Map<String, String> variables = new HashMap<>();
    variables.put("TEMPORAL_ADDRESS", temporalAddress);
    variables.put("SHOAL_DATABASE_URL", databaseUrl);
    uiUrl.ifPresent(url -> variables.put("TEMPORAL_UI_URL", url));
    return Map.copyOf(variables);
  }

  /** Without the credentials, so that it may be logged. */
  @Override
  public String toString() {
    return "Endpoints[temporal=" + temporalAddress + ", ui=" + uiUrl.orElse("unknown") + "]";
  }
}
