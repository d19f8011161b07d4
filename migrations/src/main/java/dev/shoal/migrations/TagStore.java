package dev.shoal.migrations;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Names that people give to artifacts. One name is that of one artifact, which it keeps. */
public final class TagStore {

  private static final String TAG =
      """
      insert into shoal.tag (name, sha256)
      values (:name, :sha256)
      on conflict (name) do update
      set sha256 = excluded.sha256, created_at = now()
      where tag.sha256 <> excluded.sha256
      """;

  private static final String UNTAG =
      """
      delete from shoal.tag where name = :name
      """;

  private static final String LIST =
      """
      select name, tag.sha256, kind, bytes, tag.created_at
      from shoal.tag
      join shoal.artifact using (sha256)
      order by name
      """;

  private static final String FIND =
      """
      select artifact.*
      from shoal.tag
      join shoal.artifact using (sha256)
      where tag.name = :name
      """;

  private final Sessions sessions;

  TagStore(Sessions sessions) {
    this.sessions = sessions;
  }

  /** Gives the name to this artifact, taking it from another; repeating it changes nothing. */
  public void tag(String name, String sha256) {
    sessions.ask(
        handle -> handle.createUpdate(TAG).bind("name", name).bind("sha256", sha256).execute());
  }

  /** Forgets a name; false if there was no such name. */
  public boolean untag(String name) {
    return sessions.ask(handle -> handle.createUpdate(UNTAG).bind("name", name).execute()) == 1;
  }

  /** The artifact that is called so. */
  public Optional<ArtifactRow> find(String name) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(FIND)
                .bind("name", name)
                .map(ConstructorMapper.of(ArtifactRow.class))
                .findOne());
  }

  /** All names, in order. */
  public List<TagRow> list() {
    return sessions.ask(
        handle -> handle.createQuery(LIST).map(ConstructorMapper.of(TagRow.class)).list());
  }

  /**
   * One name.
   *
   * @param name the name
   * @param sha256 the artifact
   * @param kind what it is
   * @param bytes its size
   * @param createdAt when it was given to this artifact
   */
  public record TagRow(String name, String sha256, String kind, long bytes, Instant createdAt) {}
}
