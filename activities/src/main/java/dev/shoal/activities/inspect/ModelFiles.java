package dev.shoal.activities.inspect;

import dev.shoal.models.export.SparseExport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Which files of a model folder make the model; the rest of the folder may change freely. */
public final class ModelFiles {

  private static final Set<String> SMALL =
      Set.of(
          "config.json",
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "tokenizer.model");

  private ModelFiles() {}

  /** Configuration, tokenizer and safetensors files, sorted: what a model's digest is made of. */
  public static List<Path> of(Path folder) {
    return list(folder, ModelFiles::counts);
  }

  /** These and what an export copies beside them, sorted: all that is read of a model's folder. */
  static List<Path> everyRead(Path folder) {
    return list(
        folder,
        file -> counts(file) || SparseExport.COPIED.contains(file.getFileName().toString()));
  }

  private static List<Path> list(Path folder, Predicate<Path> wanted) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).filter(wanted).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean counts(Path file) {
    String name = file.getFileName().toString();
    return SMALL.contains(name)
        || name.endsWith(".safetensors")
        || name.endsWith(".safetensors.index.json");
  }
}
