package dev.shoal.models.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A corpus that cannot be read")
class CorpusFaultTest {

  @TempDir Path folder;

  private String fault(Object path) {
    try {
      Corpus.forEach(new CorpusSource("mine", path.toString(), "text"), text -> {});
    } catch (CorpusException e) {
      return e.getMessage()
          .replace("data set 'mine': ", "")
          .replace(folder.toString() + "/", "")
          .replace(folder.toString(), "DIR");
    }
    throw new AssertionError("nothing was refused");
  }

  private String faultOf(String name, byte[] content) throws IOException {
    return fault(Files.write(folder.resolve(name), content));
  }

  private String faultOf(String name, String content) throws IOException {
    return faultOf(name, content.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  @DisplayName("says which path is missing, matches nothing or is of no known kind")
  void paths() throws IOException {
    assertThat(fault(folder.resolve("none.jsonl")))
        .isEqualTo("none.jsonl does not exist; correct the path of the data set");
    assertThat(fault(folder + "/*.jsonl"))
        .isEqualTo("*.jsonl matches no file; correct the pattern");
    assertThat(fault(folder + "/no/*.jsonl"))
        .isEqualTo("no/*.jsonl matches nothing: folder no does not exist; correct the path");
    assertThat(fault(folder)).startsWith("folder DIR holds no documents; known are .jsonl, ");
    assertThat(faultOf("a.bin", "x"))
        .isEqualTo(
            "a.bin has an unknown extension; known are .jsonl, .ndjson, .csv, .tsv (each also with"
                + " .gz or .zst), .json, .parquet, .txt");
    assertThat(fault(folder + "/*")).startsWith("a.bin has an unknown extension");
    assertThat(faultOf("a.txt.gz", "x")).startsWith("a.txt.gz has an unknown extension");
  }

  @Test
  @DisplayName("names the fields there are, nearest first")
  void field() throws IOException, SQLException {
    assertThat(faultOf("a.jsonl", "{\"text\":\"a\"}\n{\"id\":1,\"Texts\":\"b\",\"title\":\"c\"}\n"))
        .isEqualTo("a.jsonl row 2 has no field 'text', but 'Texts', 'id', 'title'; set text_field");
    assertThat(faultOf("a.csv", "id,txt,date\n1,b,c\n"))
        .isEqualTo("a.csv has no column 'text', but 'txt', 'date', 'id'; set text_field");
    CorpusTest.duckDb("COPY (SELECT 1 AS text) TO '%s'".formatted(folder.resolve("a.parquet")));
    assertThat(fault(folder.resolve("a.parquet")))
        .isEqualTo("a.parquet: column 'text' is INTEGER, expected text; set text_field");
  }

  @Test
  @DisplayName("says what the text is instead of a string")
  void type() throws IOException {
    assertThat(faultOf("a.jsonl", "{\"text\":7}\n"))
        .isEqualTo("a.jsonl row 1: field 'text' is a number, expected a string; set text_field");
    assertThat(faultOf("a.jsonl", "{\"text\":{}}\n")).contains("field 'text' is an object");
    assertThat(faultOf("a.jsonl", "[1]\n"))
        .isEqualTo("a.jsonl row 1 is an array, expected an object with field 'text'");
  }

  @Test
  @DisplayName("says that there is no text at all")
  void empty() throws IOException {
    String message = " holds no text in field 'text' of 1 files; correct the path or the field";
    assertThat(faultOf("a.jsonl", "")).isEqualTo("a.jsonl" + message);
    assertThat(faultOf("a.jsonl", "{\"text\":\" \"}")).isEqualTo("a.jsonl" + message);
    assertThat(faultOf("a.csv", "")).isEqualTo("a.csv" + message);
    assertThat(faultOf("a.txt", "\n")).isEqualTo("a.txt" + message);
  }

  @Test
  @DisplayName("says which line is not JSON")
  void malformed() throws IOException {
    assertThat(faultOf("a.jsonl", "{\"text\":\"a\"}\n\n{\"text\":\"b\"\n{\"text\":\"c\"}\n"))
        .startsWith("a.jsonl line 3 is not valid JSON (")
        .endsWith("); correct the line");
    assertThat(faultOf("a.jsonl.gz", CorpusTest.gzip("{\"text\":\"a\"}\nhello\n")))
        .startsWith("a.jsonl.gz line 2 is not valid JSON (");
    assertThat(faultOf("a.json", "[{\"text\":\"a\"},"))
        .startsWith("a.json is not valid JSON in line 1 (Unexpected end-of-input");
    assertThat(faultOf("a.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b"))
        .startsWith("a.jsonl line 2 is not valid JSON (Unexpected end-of-input");
  }

  @Test
  @DisplayName("says which file is not UTF-8, and where")
  void encoding() throws IOException {
    byte[] latin =
        "{\"text\":\"a\"}\n{\"text\":\"\u00fc\"}\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(faultOf("a.jsonl", latin))
        .isEqualTo("a.jsonl line 2 is not UTF-8; convert the file to UTF-8");
    assertThat(faultOf("a.csv", "text\na\n\u00fc\n".getBytes(StandardCharsets.ISO_8859_1)))
        .matches("a.csv line \\d is not UTF-8; convert the file to UTF-8");
    assertThat(faultOf("a.txt", new byte[] {'a', 'b', (byte) 0xff}))
        .isEqualTo("a.txt is not UTF-8 at byte 2; convert it to UTF-8");
  }

  @Test
  @DisplayName("does not pass for a shorter one when it is compressed and damaged")
  void compressed() throws IOException, SQLException {
    byte[] gzip = CorpusTest.gzip("{\"text\":\"abc\"}\n".repeat(100_000));
    assertThat(faultOf("a.jsonl.gz", Arrays.copyOf(gzip, gzip.length / 2)))
        .isEqualTo(
            "a.jsonl.gz is not a whole gzip file (Unexpected end of ZLIB input stream); copy it"
                + " again");
    byte[] flipped = gzip.clone();
    flipped[gzip.length / 2] ^= 1;
    assertThat(faultOf("a.jsonl.gz", flipped)).startsWith("a.jsonl.gz is not a whole gzip file (");
    assertThat(faultOf("a.jsonl.gz", "{\"text\":\"a\"}"))
        .isEqualTo("a.jsonl.gz is not a whole gzip file (Not in GZIP format); copy it again");
    Path whole = folder.resolve("b.jsonl.zst");
    CorpusTest.duckDb(
        "COPY (SELECT md5(i::text) AS text FROM range(9000) t(i)) TO '%s' (FORMAT json)"
            .formatted(whole));
    byte[] zstd = Files.readAllBytes(whole);
    Corpus.forEach(new CorpusSource("mine", whole.toString(), "text"), text -> {});
    assertThat(faultOf("a.jsonl.zst", Arrays.copyOf(zstd, zstd.length / 2)))
        .isEqualTo("a.jsonl.zst is not a whole zstd file (it ends within a frame); copy it again");
    assertThat(faultOf("a.jsonl.zst", "{\"text\":\"a\"}"))
        .isEqualTo(
            "a.jsonl.zst is not a whole zstd file (no frame begins where one should); copy it"
                + " again");
    byte[] frame = {
      0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0x24, 2, 0x11, 0, 0, '{', '}', 1, 2, 3, 4
    };
    assertThat(faultOf("a.jsonl.zst", frame)).contains("Restored data doesn't match checksum");
  }

  @Test
  @DisplayName("says that a table is damaged")
  void tables() throws IOException {
    assertThat(faultOf("a.parquet", "no parquet at all"))
        .startsWith("a.parquet cannot be read as Parquet (No magic bytes found");
    assertThat(faultOf("a.csv", "id,text\n1,ok\n2,a,b,c\n"))
        .startsWith("a.csv")
        .contains("cannot be read as CSV (");
  }

  @Test
  @DisplayName("never lets DuckDB out: neither to other files nor to the network")
  void shutIn() throws IOException, SQLException {
    Path mine = Files.writeString(folder.resolve("a.csv"), "text\nx\n");
    Path other = Files.writeString(folder.resolve("b.csv"), "text\ny\n");
    try (Connection duckDb = LocalDuckDb.open(mine);
        var statement = duckDb.createStatement()) {
      assertThat(statement.executeQuery("FROM read_csv('" + mine + "')").next()).isTrue();
      for (String sql :
          new String[] {
            "FROM read_csv('" + other + "')",
            "FROM read_csv('https://example.org/a.csv')",
            "INSTALL httpfs",
            "LOAD httpfs",
            "ATTACH '" + folder.resolve("x.db") + "'",
            "COPY (SELECT 1) TO '" + folder.resolve("c.csv") + "'",
            "SET enable_external_access = true"
          }) {
        assertThatThrownBy(() -> statement.execute(sql)).as(sql).isInstanceOf(SQLException.class);
      }
    }
  }

  @Test
  @DisplayName("leaves the reader's own exceptions alone")
  void foreign() throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"text\":\"x\"}\n");
    assertThatThrownBy(
            () ->
                Corpus.forEach(
                    new CorpusSource("mine", file.toString(), "text"),
                    text -> {
                      throw new IllegalStateException("mine");
                    }))
        .isInstanceOf(IllegalStateException.class);
  }
}
