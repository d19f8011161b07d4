package dev.shoal.models.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A task file")
class TaskFileTest {

  private static final String GOOD = "{\"context\":\"a\",\"choices\":[\"b\",\"c\"],\"label\":1}\n";

  @TempDir Path folder;

  @Test
  @DisplayName("tells its type by its fields, and its rows by their id or number")
  void types() throws IOException {
    Task choices = TaskFile.read(TaskSpec.of(write("choices.jsonl", GOOD)));
    assertThat(choices.outputType()).isEqualTo(OutputType.MULTIPLE_CHOICE);
    assertThat(choices.spec().name()).isEqualTo("choices");
    assertThat(choices.examples().get(0).id()).isEqualTo("1");
    assertThat(choices.examples().get(0).answer()).isEqualTo("c");
    Path target = write("target.jsonl", "{\"id\":\"x\",\"context\":\"a\",\"target\":\" b\"}");
    Task targets = TaskFile.read(TaskSpec.of(target));
    assertThat(targets.outputType()).isEqualTo(OutputType.LOGLIKELIHOOD);
    assertThat(targets.examples().get(0).id()).isEqualTo("x");
    assertThat(
            TaskFile.read(TaskSpec.of(target).withOutputType(OutputType.GENERATE_UNTIL))
                .outputType())
        .isEqualTo(OutputType.GENERATE_UNTIL);
    Task texts = TaskFile.read(TaskSpec.of(write("texts.jsonl", "{\"text\":\"a b\"}")));
    assertThat(texts.outputType()).isEqualTo(OutputType.LOGLIKELIHOOD_ROLLING);
  }

  @Test
  @DisplayName("may be Parquet, gzip or zstd")
  void formats() throws IOException, SQLException {
    write("a.jsonl", GOOD.repeat(3));
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      String rows = "(SELECT * FROM read_json('" + folder + "/a.jsonl'))";
      statement.execute("COPY " + rows + " TO '" + folder + "/b.parquet'");
      for (String end : new String[] {"gz", "zst"}) {
        statement.execute(
            "COPY " + rows + " TO '%s/b.jsonl.%s' (FORMAT json)".formatted(folder, end));
      }
    }
    Task plain = TaskFile.read(TaskSpec.of(folder.resolve("a.jsonl")));
    for (String other : new String[] {"b.parquet", "b.jsonl.gz", "b.jsonl.zst"}) {
      Task task = TaskFile.read(TaskSpec.of(folder.resolve(other)));
      assertThat(task.examples()).as(other).isEqualTo(plain.examples());
      assertThat(task.spec().name()).isEqualTo("b");
    }
  }

  @ParameterizedTest(name = "{1}")
  @DisplayName("says what is wrong with which field of which row, and what is right:")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"context":"a","label":0} | has no field 'choices', but 'context', 'label'; a multiple_choice row has 'choices', 'context', 'label'
          {"context":"a","choices":["b","c"],"label":2} | : field 'label' is 2; it must be 0 to 1, as there are 2 choices
          {"context":"a","choices":["b","c"],"label":-1} | : field 'label' is -1; it must be 0 to 1, as there are 2 choices
          {"context":"a","choices":["b","c"],"label":"1"} | : field 'label' is a string; it must be the index of the right choice, from 0
          {"context":"a","choices":["b","c"],"label":0.5} | : field 'label' is 0.5; it must be the index of the right choice, from 0
          {"context":"a","choices":["b",""],"label":0} | : field 'choices[1]' is empty; it must be a string of at least one character
          {"context":"a","choices":["b",3],"label":0} | : field 'choices[1]' is 3; it must be a string
          {"context":"a","choices":["b"],"label":0} | : field 'choices' is a list of 1; it must be a list of at least 2 strings
          {"context":"a","choices":"bc","label":0} | : field 'choices' is a string; it must be a list of strings
          {"context":null,"choices":["b","c"],"label":0} | : field 'context' is null; it must be a string
          """)
  void faults(String row, String message) throws IOException {
    Path file = write("bad.jsonl", GOOD + row.strip() + "\n");
    String separator = message.startsWith(":") ? "" : " ";
    assertThatThrownBy(() -> TaskFile.read(TaskSpec.of(file)))
        .isInstanceOf(TaskException.class)
        .hasMessage(file + " row 2" + separator + message);
  }

  @Test
  @DisplayName("says where there is nothing to read")
  void nothing() throws IOException {
    Path missing = folder.resolve("missing.jsonl");
    assertFault(
        TaskSpec.of(missing),
        "task 'missing': " + missing + " does not exist or is no file; correct the path");
    Path empty = write("empty.jsonl", "");
    assertFault(TaskSpec.of(empty), "task 'empty': " + empty + " has no rows");
    Path other = write("other.jsonl", "{\"question\":\"a\"}");
    assertFault(
        TaskSpec.of(other),
        other
            + " row 1 has 'question'; a task row has 'context', 'choices' and 'label', or"
            + " 'context' and 'target', or 'text'");
    Path array = write("array.jsonl", "[1]");
    assertFault(
        TaskSpec.of(array),
        "task 'array': "
            + array
            + " row 1 is no object; every row must be one, as {\"text\": ...}");
    Path csv = write("a.csv", "a");
    assertFault(
        TaskSpec.of(csv).withOutputType(OutputType.LOGLIKELIHOOD),
        "task 'a.csv': "
            + csv
            + " is neither JSON lines nor Parquet; rows with fields come as .jsonl or .ndjson,"
            + " each also with .gz or .zst, or as .parquet");
  }

  @Test
  @DisplayName("needs enough rows for its examples")
  void tooFewShots() throws IOException {
    Path file = write("few.jsonl", GOOD.repeat(2));
    FewShot two = new FewShot(2, Optional.empty(), FewShot.Order.SAMPLED, 1234);
    assertFault(
        TaskSpec.of(file).withFewShot(two),
        file + " has 2 rows; 2 examples an item need at least 3");
    Path texts = write("texts.jsonl", "{\"text\":\"a b\"}");
    assertFault(
        TaskSpec.of(texts).withFewShot(two),
        "task 'texts': num_fewshot is 2, but a text is scored by itself; set it to 0");
  }

  private static void assertFault(TaskSpec spec, String message) {
    assertThatThrownBy(() -> TaskFile.read(spec))
        .isInstanceOf(TaskException.class)
        .hasMessage(message);
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
