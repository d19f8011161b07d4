package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Remembers the machines and software that attempts ran on, each once. */
public final class EnvironmentStore {

  private static final String RECORD =
      """
      insert into shoal.environment (sha256, document)
      values (:sha256, :document)
      on conflict do nothing
      """;

  private static final String FIND =
      """
      select document from shoal.environment where sha256 = :sha256
      """;

  private final Sessions sessions;

  EnvironmentStore(Sessions sessions) {
    this.sessions = sessions;
  }

  /**
   * Remembers a document under the digest of its canonical JSON; the second time changes nothing.
   */
  public void record(String sha256, JsonNode document) {
    sessions.ask(
        handle ->
            handle
                .createUpdate(RECORD)
                .bind("sha256", sha256)
                .bind("document", document)
                .execute());
  }

  /** The document with this digest. */
  public Optional<JsonNode> find(String sha256) {
    return sessions.ask(
        handle -> handle.createQuery(FIND).bind("sha256", sha256).mapTo(JsonNode.class).findOne());
  }
}
