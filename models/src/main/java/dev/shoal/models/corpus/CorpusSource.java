package dev.shoal.models.corpus;

/**
 * Where the documents of a data set are.
 *
 * @param name what people call the data set
 * @param path a file, a folder, or a glob as {@code /corpora/legal/*.parquet}
 * @param textField column or JSON field that holds the text; plain text files have none
 */
public record CorpusSource(String name, String path, String textField) {}
