package dev.shoal.activities.inspect;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.store.DataRoots;
import dev.shoal.workflows.request.InvalidRequestException;
import dev.shoal.workflows.request.Problem;
import dev.shoal.workflows.request.RequestReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes data sets out of a folder: one per sub-folder or file, in the order of their names. In a
 * sub-folder, files that begin with {@code eval}, {@code validation} or {@code test} beside files
 * that begin with {@code train} are its evaluation text.
 */
public final class DatasetFolders implements RequestReader.DatasetFolder {

  private static final List<String> EVAL = List.of("eval", "validation", "test");
  private final DataRoots roots;

  /** Reads below these roots only. */
  public DatasetFolders(DataRoots roots) {
    this.roots = roots;
  }

  @Override
  public List<ObjectNode> list(String folder) {
    Path path = roots.resolve(folder);
    String refusal = roots.refusal(path);
    if (refusal != null) {
      throw invalid(refusal);
    }
    if (!Files.isDirectory(path)) {
      throw invalid(
          "%s is no folder; give a folder with one sub-folder or file per data set, or a list"
              .formatted(path));
    }
    return entries(path).stream().map(this::dataset).toList();
  }

  private static InvalidRequestException invalid(String message) {
    return new InvalidRequestException(List.of(new Problem("datasets", message)));
  }

  private ObjectNode dataset(Path entry) {
    String file = entry.getFileName().toString();
    int dot = file.indexOf('.');
    String name = Files.isDirectory(entry) || dot < 0 ? file : file.substring(0, dot);
    ObjectNode dataset = JsonNodeFactory.instance.objectNode().put("name", name);
    boolean outside = roots.refusal(entry) != null; // refused later, and not looked into before
    return Optional.of(entry)
        .filter(path -> !outside)
        .flatMap(DatasetFolders::parts)
        .map(
            parts ->
                dataset
                    .put("path", parts.train().toString())
                    .put("eval_path", parts.eval().toString()))
        .orElseGet(() -> dataset.put("path", entry.toString()));
  }

  /** Training and evaluation text of one data set. */
  record Parts(Path train, Path eval) {}

  /** The parts of a folder that has both. */
  static Optional<Parts> parts(Path entry) {
    if (!Files.isDirectory(entry)) {
      return Optional.empty();
    }
    List<Path> inside = entries(entry);
    Path train = starting(inside, List.of("train"));
    Path eval = starting(inside, EVAL);
    return train == null || eval == null ? Optional.empty() : Optional.of(new Parts(train, eval));
  }

  private static Path starting(List<Path> paths, List<String> prefixes) {
    return paths.stream()
        .filter(p -> prefixes.stream().anyMatch(p.getFileName().toString()::startsWith))
        .findFirst()
        .orElse(null);
  }

  private static List<Path> entries(Path folder) {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.filter(p -> !p.getFileName().toString().startsWith(".")).sorted().toList();
    } catch (IOException e) {
      throw invalid("%s cannot be read: %s".formatted(folder, e.getMessage()));
    }
  }
}
