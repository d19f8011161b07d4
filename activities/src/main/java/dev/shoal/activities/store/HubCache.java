package dev.shoal.activities.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Models that Hugging Face's own tools have downloaded, found by name without a network: {@code
 * models--ORG--NAME/refs/REVISION} holds a commit, {@code snapshots/COMMIT} its files, which are
 * links into {@code blobs}.
 */
public final class HubCache {

  private static final Pattern REPOSITORY =
      Pattern.compile(
          "([\\w-][\\w.-]*)/([\\w-][\\w.-]*)(?:@([\\w-][\\w.-]*(?:/[\\w-][\\w.-]*)*))?");

  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  private final Path cache;

  /** The cache in this folder, which need not exist. */
  public HubCache(Path cache) {
    this.cache = cache;
  }

  /** Whether a text has the form {@code org/name} or {@code org/name@revision}. */
  public static boolean names(String text) {
    return REPOSITORY.matcher(text).matches();
  }

  /**
   * The folder of a model at one commit.
   *
   * @param repository {@code org/name@revision}; a revision is a branch, a tag or a whole commit,
   *     {@code main} where none is given
   * @throws HubCacheException if it was not downloaded; says what is there and how to get it
   */
  public Path find(String repository) {
    Matcher parts = REPOSITORY.matcher(repository);
    if (!parts.matches()) {
      throw new HubCacheException(
          "'%s' names no model; write org/name or org/name@revision".formatted(repository));
    }
    String name = parts.group(1) + "/" + parts.group(2);
    Path model = cache.resolve("models--" + name.replace("/", "--"));
    if (!Files.isDirectory(model)) {
      throw new HubCacheException(
          "%s is not in the Hugging Face cache: there is no %s; fetch it with `%s`, or give a folder"
              .formatted(name, model, download(name, parts.group(3))));
    }
    return snapshot(model, name, parts.group(3));
  }

  /** Whether {@link #find} would find it. */
  public boolean holds(String text) {
    try {
      return Files.isDirectory(find(text));
    } catch (HubCacheException e) {
      return false;
    }
  }

  private static Path snapshot(Path model, String name, String given) {
    String revision = given == null ? "main" : given;
    Path ref = model.resolve("refs").resolve(revision);
    boolean isCommit = COMMIT.matcher(revision).matches();
    if (!isCommit && !Files.isRegularFile(ref)) {
      throw new HubCacheException(
          "%s has no revision '%s' in the Hugging Face cache %s, which holds %s; fetch it with `%s`"
              .formatted(name, revision, model, held(model), download(name, given)));
    }
    String commit = isCommit ? revision : commit(ref);
    Path snapshot = model.resolve("snapshots").resolve(commit);
    if (!Files.isDirectory(snapshot)) {
      throw new HubCacheException(
          "%s at '%s' is not in the Hugging Face cache: there is no %s, only %s; fetch it with `%s`"
              .formatted(name, revision, snapshot, held(model), download(name, given)));
    }
    return snapshot;
  }

  private static String commit(Path ref) {
    try {
      String commit = Files.readString(ref).strip();
      if (!COMMIT.matcher(commit).matches()) {
        throw new HubCacheException(
            "%s holds no commit of 40 hexadecimal digits; delete it and fetch the model again"
                .formatted(ref));
      }
      return commit;
    } catch (IOException e) {
      throw new HubCacheException(
          "%s cannot be read (%s); delete it and fetch the model again"
              .formatted(ref, e.getMessage()));
    }
  }

  private static String download(String name, String revision) {
    return "hf download " + name + (revision == null ? "" : " --revision " + revision);
  }

  /** Branches and tags, and the commits with files. */
  private static String held(Path model) {
    Path refs = model.resolve("refs");
    List<String> revisions =
        below(refs, Integer.MAX_VALUE).stream()
            .filter(Files::isRegularFile)
            .map(file -> refs.relativize(file).toString())
            .toList();
    List<String> commits =
        below(model.resolve("snapshots"), 1).stream()
            .map(folder -> folder.getFileName().toString())
            .toList();
    return "%s (commits: %s)".formatted(list(revisions), list(commits));
  }

  private static String list(List<String> names) {
    return names.isEmpty() ? "nothing" : names.stream().collect(Collectors.joining(", "));
  }

  private static List<Path> below(Path folder, int depth) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(folder, depth)) {
      return paths.filter(path -> !path.equals(folder)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
