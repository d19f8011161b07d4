package dev.shoal.models.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.models.Lab;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A corpus")
class CorpusTest {

  private static final String TWO = "{\"text\":\"a\"}\n\n{\"id\":7,\"text\":\"b\\nä\"}\n";

  @TempDir Path folder;

  private Path file(String name, String content) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    return Files.writeString(folder.resolve(name), content);
  }

  static byte[] gzip(String content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static void duckDb(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> read(Object path) {
    List<String> documents = new ArrayList<>();
    Corpus.forEach(new CorpusSource("mine", path.toString(), "text"), documents::add);
    return documents;
  }

  @Test
  @DisplayName("is read from JSON lines, plain, gzip and zstd, and from an array")
  void json() throws IOException, SQLException {
    assertThat(read(file("a.jsonl", TWO))).containsExactly("a", "b\nä");
    assertThat(read(Files.write(folder.resolve("a.jsonl.gz"), gzip(TWO))))
        .containsExactly("a", "b\nä");
    Path zstd = folder.resolve("a.ndjson.zst");
    duckDb(
        "COPY (SELECT 'doc ' || i AS text FROM range(5000) t(i)) TO '%s' (FORMAT json, COMPRESSION zstd)"
            .formatted(zstd));
    assertThat(read(zstd)).hasSize(5000).startsWith("doc 0", "doc 1").endsWith("doc 4999");
    assertThat(read(file("a.json", "[{\"text\":\"x\"},\n {\"text\":\"y\"}]")))
        .containsExactly("x", "y");
    assertThat(read(file("b.json", TWO))).containsExactly("a", "b\nä");
  }

  @Test
  @DisplayName("is read from tables: CSV, TSV, Parquet")
  void tables() throws IOException, SQLException {
    assertThat(read(file("a.csv", "id,text\n1,\"he said \"\"x\"\",\nnew\"\n#2,plain\n3,\n")))
        .containsExactly("he said \"x\",\nnew", "plain");
    assertThat(read(file("a.tsv", "text\tid\na, b\t1\n"))).containsExactly("a, b");
    Path parquet = folder.resolve("a.parquet");
    duckDb(
        "COPY (SELECT i AS id, 'doc ' || i AS text FROM range(130000) t(i)) TO '%s'"
            .formatted(parquet));
    List<String> documents = read(parquet);
    assertThat(documents).hasSize(130_000);
    assertThat(documents.get(123_456)).isEqualTo("doc 123456");
  }

  @Test
  @DisplayName("is read from text files, a document each, without what marks their encoding")
  void text() throws IOException {
    file("t/b.txt", "second\nline");
    file("t/a.txt", "\ufefffirst");
    assertThat(read(folder.resolve("t"))).containsExactly("first", "second\nline");
  }

  @Test
  @DisplayName("leaves out what is empty, blank or null")
  void blank() throws IOException {
    Path file =
        file(
            "a.jsonl", "{\"text\":\"\"}\n{\"text\":\" \\n\"}\n{\"text\":null}\n{\"text\":\"x\"}\n");
    assertThat(read(file)).containsExactly("x");
  }

  @Test
  @DisplayName("in a folder or glob is read in the order of paths, whatever their names")
  void order() throws IOException {
    file("f/b=2/x.jsonl", "{\"text\":\"3\"}");
    file("f/a[1].jsonl", "{\"text\":\"2\"}");
    file("f/a*.jsonl", "{\"text\":\"1\"}");
    file("f/it's.jsonl", "{\"text\":\"4\"}");
    file("f/README.md", "no document");
    file("f/.hidden/y.jsonl", "{\"text\":\"no\"}");
    assertThat(read(folder.resolve("f"))).containsExactly("1", "2", "3", "4");
    assertThat(read(folder.resolve("f/a[1].jsonl"))).containsExactly("2");
    assertThat(read(folder + "/f/a*.jsonl")).containsExactly("1");
    assertThat(read(folder + "/f/[ai]*.jsonl")).containsExactly("1", "2", "4");
    assertThat(read(folder + "/**/*.jsonl")).contains("1", "2", "3", "4");
  }

  @Test
  @DisplayName("takes its field by exact name, even an odd one")
  void oddField() throws IOException {
    Path json = file("a.jsonl", "{\"a/b~\\\"c.d\":\"x\",\"a\":{\"b\":1}}\n");
    List<String> documents = new ArrayList<>();
    Corpus.forEach(new CorpusSource("m", json.toString(), "a/b~\"c.d"), documents::add);
    Path csv = file("a.csv", "\"a \"\"b\"\"\",c\ny,z\n");
    Corpus.forEach(new CorpusSource("m", csv.toString(), "a \"b\""), documents::add);
    assertThat(documents).containsExactly("x", "y");
  }

  @Test
  @DisplayName("has a digest of its bytes, their format and the field, not of their place")
  void digest() throws IOException {
    String first = Corpus.digest(new CorpusSource("m", file("a.jsonl", TWO).toString(), "text"));
    String moved = Corpus.digest(new CorpusSource("n", file("b.ndjson", TWO).toString(), "text"));
    String field = Corpus.digest(new CorpusSource("m", folder + "/a.jsonl", "body"));
    String other =
        Corpus.digest(new CorpusSource("m", file("c.jsonl", TWO + " ").toString(), "text"));
    assertThat(moved).isEqualTo(first).hasSize(64);
    assertThat(field).isNotEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  @Test
  @DisplayName("is split by the text alone, four in a hundred for evaluation")
  void split() {
    long eval =
        java.util.stream.IntStream.range(0, 10_000)
            .filter(i -> DocumentSplit.DEFAULT.isEval("document " + i))
            .count();
    // 400 expected, standard deviation 20; the texts are fixed, so this never flickers
    assertThat(eval).isBetween(340L, 460L);
    assertThat(new DocumentSplit(0).isEval("x")).isFalse();
    assertThat(new DocumentSplit(1).isEval("x")).isTrue();
  }

  @Test
  @DisplayName("of real text has as many documents as lines")
  void lab() {
    assertThat(read(Lab.path("corpora/math_word/eval.jsonl.gz"))).hasSizeGreaterThan(100);
  }
}
