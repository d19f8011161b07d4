package dev.shoal.migrations;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Every artifact ever made or read, and where its bytes are. */
public final class ArtifactCatalog {

  private static final String FIND =
      """
      select * from shoal.artifact
      where sha256::text like :prefix || '%'
      order by sha256
      limit 100
      """;

  private static final String OF_RUN =
      """
      select distinct artifact.*
      from shoal.stage
      join shoal.stage_artifact using (stage_id)
      join shoal.artifact using (sha256)
      where stage.run_id = :run
      order by created_at, sha256
      """;

  private static final String LOCATIONS =
      """
      select sha256, uri, verified_at
      from shoal.artifact_location
      where sha256 = :sha256
      order by verified_at desc, uri
      """;

  private static final String FORGET_LOCATION =
      """
      delete from shoal.artifact_location where sha256 = :sha256 and uri = :uri
      """;

  private final Sessions sessions;

  ArtifactCatalog(Sessions sessions) {
    this.sessions = sessions;
  }

  /** Remembers an artifact and where it was seen just now; repeating it only renews the time. */
  public void record(NewArtifact artifact, String uri) {
    sessions.transact(
        handle -> {
          Edges.recordArtifact(handle, artifact, uri);
          return artifact;
        });
  }

  /**
   * Artifacts whose digest begins so; a hundred at most.
   *
   * @param digest all of the digest or its first digits
   */
  public List<ArtifactRow> find(String digest) {
    if (!digest.matches("[0-9a-f]{1,64}")) {
      return List.of();
    }
    return sessions.ask(
        handle ->
            handle
                .createQuery(FIND)
                .bind("prefix", digest)
                .map(ConstructorMapper.of(ArtifactRow.class))
                .list());
  }

  /** Everything a run read or made, by computing or by reusing. */
  public List<ArtifactRow> ofRun(UUID run) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(OF_RUN)
                .bind("run", run)
                .map(ConstructorMapper.of(ArtifactRow.class))
                .list());
  }

  /** Where the bytes are, last verified first. */
  public List<Location> locations(String sha256) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(LOCATIONS)
                .bind("sha256", sha256)
                .map(ConstructorMapper.of(Location.class))
                .list());
  }

  /** Remembers that the bytes are not there, or not those. */
  public void forgetLocation(String sha256, String uri) {
    sessions.ask(
        handle ->
            handle.createUpdate(FORGET_LOCATION).bind("sha256", sha256).bind("uri", uri).execute());
  }

  /**
   * One place.
   *
   * @param sha256 the artifact
   * @param uri where it is
   * @param verifiedAt when the bytes there were last seen to have this digest
   */
  public record Location(String sha256, String uri, Instant verifiedAt) {}
}
