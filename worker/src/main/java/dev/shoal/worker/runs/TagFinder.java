package dev.shoal.worker.runs;

import dev.shoal.migrations.ArtifactRow;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.RunRow;
import dev.shoal.worker.wiring.UserError;
import java.util.Optional;

/** The artifact that a person calls by a tag, and which names a tag may have. */
public final class TagFinder {

  private TagFinder() {}

  /**
   * The artifact; empty if there is no such tag.
   *
   * @throws UserError if a run that was started later has the same name
   */
  public static Optional<ArtifactRow> find(Database database, String text) {
    Optional<ArtifactRow> tagged = database.tags().find(text);
    if (tagged.isPresent()) {
      run(database, text)
          .ifPresent(
              run -> {
                throw UserError.wrongUse(
                    ("%1$s is a tag of %2$s and the name of run %3$s, which was started later; give"
                            + " the digest or the run's id, or `shoal store tag --delete %1$s`.")
                        .formatted(text, words(tagged.get()), RunFinder.shortId(run)));
              });
    }
    return tagged;
  }

  /**
   * Says that there may be a tag of this name.
   *
   * @throws UserError naming what is against it
   */
  public static void requireUsable(Database database, String name) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
      throw UserError.wrongUse(
          "'%s' is no tag: use up to 63 letters, digits, '.', '_' and '-', the first a letter or digit."
              .formatted(name));
    }
    if (name.matches("[0-9a-fA-F-]+")) {
      throw UserError.wrongUse(
          "%s could be the beginning of a digest or of a run's id; add a letter beyond f."
              .formatted(name));
    }
    run(database, name)
        .ifPresent(
            run -> {
              throw UserError.wrongUse(
                  "%1$s is the name of run %2$s already; choose another tag, such as %1$s-v1."
                      .formatted(name, RunFinder.shortId(run)));
            });
  }

  private static Optional<RunRow> run(Database database, String name) {
    return database.runs().find(name).stream().findFirst();
  }

  /** Kind and digest, short. */
  public static String words(ArtifactRow artifact) {
    return artifact.kind() + " " + artifact.sha256().substring(0, 12);
  }
}
