package dev.shoal.models.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Turns the path of a data set into its files, sorted by path, each of a known format. */
public final class CorpusFiles {

  private CorpusFiles() {}

  /**
   * The files of a path.
   *
   * <ul>
   *   <li>A file is itself.
   *   <li>A folder is every file of a known format below it; hidden files and others are left out.
   *   <li>Anything else is a glob, as {@link java.nio.file.FileSystem#getPathMatcher} reads it;
   *       what it matches must be of known formats.
   * </ul>
   *
   * @return absolute paths; links are followed but keep their names
   * @throws CorpusException where nothing is found, or a file of an unknown format
   */
  public static List<Path> resolve(String path) {
    Path exact = pathOf(path);
    if (exact != null && Files.isRegularFile(exact)) {
      return List.of(requireKnown(exact));
    }
    if (exact != null && Files.isDirectory(exact)) {
      return folder(exact);
    }
    if (!isGlob(path)) {
      throw new CorpusException(path + " does not exist; correct the path of the data set");
    }
    return glob(path);
  }

  private static Path pathOf(String path) {
    try {
      return Path.of(path).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      return null; // a glob may hold what a path may not
    }
  }

  private static boolean isGlob(String path) {
    return path.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  private static List<Path> folder(Path folder) {
    List<Path> files =
        walk(folder, file -> !isHidden(folder, file) && CorpusFormat.of(file).isPresent());
    if (files.isEmpty()) {
      throw new CorpusException(
          "folder " + folder + " holds no documents; known are " + CorpusFormat.KNOWN);
    }
    return files;
  }

  private static boolean isHidden(Path folder, Path file) {
    for (Path part : folder.relativize(file)) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static List<Path> glob(String glob) {
    String absolute = glob.startsWith("/") ? glob : Path.of("").toAbsolutePath() + "/" + glob;
    int fixed = absolute.lastIndexOf('/', firstWildcard(absolute));
    Path base = Path.of(absolute.substring(0, fixed + 1)).normalize();
    if (!Files.isDirectory(base)) {
      throw new CorpusException(
          glob + " matches nothing: folder " + base + " does not exist; correct the path");
    }
    PathMatcher matcher =
        FileSystems.getDefault().getPathMatcher("glob:" + absolute.substring(fixed + 1));
    List<Path> files = walk(base, file -> matcher.matches(base.relativize(file)));
    if (files.isEmpty()) {
      throw new CorpusException(glob + " matches no file; correct the pattern");
    }
    files.forEach(CorpusFiles::requireKnown);
    return files;
  }

  private static int firstWildcard(String glob) {
    int at = 0;
    while ("*?[{\\".indexOf(glob.charAt(at)) < 0) {
      at++;
    }
    return at;
  }

  private static List<Path> walk(Path base, Predicate<Path> wanted) {
    try (Stream<Path> paths = Files.walk(base, FileVisitOption.FOLLOW_LINKS)) {
      return paths
          .filter(file -> Files.isRegularFile(file) && wanted.test(file))
          .sorted(Comparator.comparing(Path::toString))
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new CorpusException("folder " + base + " cannot be listed: " + e.getMessage(), e);
    }
  }

  private static Path requireKnown(Path file) {
    if (CorpusFormat.of(file).isEmpty()) {
      throw new CorpusException(
          file + " has an unknown extension; known are " + CorpusFormat.KNOWN);
    }
    return file;
  }
}
