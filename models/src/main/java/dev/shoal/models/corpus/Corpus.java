package dev.shoal.models.corpus;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.checkpoint.CanonicalJson;
import dev.shoal.models.checkpoint.Sha256;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The documents of a data set, and its digest. */
public final class Corpus {

  private Corpus() {}

  /**
   * Gives every document, streamed, in the order of files and rows; empty and blank ones and JSON's
   * null are left out.
   *
   * @throws CorpusException where a file is missing, damaged or without the text field, or where
   *     there is no text at all; documents before the damage were given already
   */
  public static void forEach(CorpusSource source, Consumer<String> documents) {
    AtomicLong count = new AtomicLong();
    List<Path> files = files(source);
    for (Path file : files) {
      read(
          source,
          file,
          text -> {
            if (!text.isBlank()) {
              count.incrementAndGet();
              documents.accept(text);
            }
          });
    }
    if (count.get() == 0) {
      throw new CorpusException(
          "data set '%s': %s holds no text in field '%s' of %d files; correct the path or the field"
              .formatted(source.name(), source.path(), source.textField(), files.size()));
    }
  }

  private static void read(CorpusSource source, Path file, Consumer<String> texts) {
    try {
      switch (CorpusFormat.of(file).orElseThrow()) {
        case TEXT -> texts.accept(TextFile.read(file));
        case JSON_LINES, JSON -> JsonRows.forEach(file, source.textField(), texts);
        case CSV, TSV, PARQUET -> TableRows.forEach(file, source.textField(), texts);
      }
    } catch (CorpusException e) {
      throw named(source, e);
    }
  }

  private static List<Path> files(CorpusSource source) {
    try {
      return CorpusFiles.resolve(source.path());
    } catch (CorpusException e) {
      throw named(source, e);
    }
  }

  private static CorpusException named(CorpusSource source, CorpusException e) {
    return new CorpusException("data set '" + source.name() + "': " + e.getMessage(), e);
  }

  /**
   * SHA-256 of the canonical JSON of each file's format and digest, in order, and the text field.
   * It does not depend on where the files are.
   */
  public static String digest(CorpusSource source) {
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("text_field", source.textField());
    ArrayNode files = root.putArray("files");
    for (Path file : files(source)) {
      String format = CorpusFormat.of(file).orElseThrow().name().toLowerCase(Locale.ROOT);
      files.addObject().put("format", format).put("sha256", Sha256.of(file));
    }
    return Sha256.of(CanonicalJson.bytes(root));
  }
}
