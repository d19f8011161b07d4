package dev.shoal.models.corpus;

import java.nio.file.Path;
import java.util.Optional;

/** The kinds of files that hold documents, told by the end of their name. */
public enum CorpusFormat {
  /** One JSON object a line. */
  JSON_LINES("jsonl|ndjson", true),
  /** One JSON object a line, or one array of objects. */
  JSON("json", false),
  /** A header line, commas, double quotes. */
  CSV("csv", true),
  /** A header line, tabs, double quotes. */
  TSV("tsv", true),
  /** Apache Parquet, which compresses by itself. */
  PARQUET("parquet", false),
  /** One document a file. */
  TEXT("txt", false);

  /** All endings, for messages. */
  static final String KNOWN =
      ".jsonl, .ndjson, .csv, .tsv (each also with .gz or .zst), .json, .parquet, .txt";

  private final String endings;
  private final boolean compressible;

  CorpusFormat(String endings, boolean compressible) {
    this.endings = endings;
    this.compressible = compressible;
  }

  /** The format of a file, if its name has a known ending. */
  public static Optional<CorpusFormat> of(Path file) {
    String name = file.getFileName().toString();
    boolean compressed = isGzip(file) || isZstd(file);
    String plain = compressed ? name.substring(0, name.lastIndexOf('.')) : name;
    for (CorpusFormat format : values()) {
      if ((!compressed || format.compressible) && plain.matches(".+\\.(" + format.endings + ")")) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  static boolean isGzip(Path file) {
    return file.getFileName().toString().endsWith(".gz");
  }

  static boolean isZstd(Path file) {
    return file.getFileName().toString().endsWith(".zst");
  }
}
