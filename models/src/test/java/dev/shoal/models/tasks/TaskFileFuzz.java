package dev.shoal.models.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A task file, whatever its bytes are,")
class TaskFileFuzz {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;

  @FuzzTest
  @DisplayName("has rows that are examples of each type, or are refused by name")
  void row(byte[] bytes) {
    JsonNode row;
    try {
      row = JSON.readTree(bytes);
    } catch (IOException noJson) {
      return; // the file is refused before
    }
    if (row instanceof ObjectNode fields) {
      for (OutputType type : OutputType.values()) {
        example(type, fields);
      }
    }
  }

  private static void example(OutputType type, ObjectNode fields) {
    try {
      Example example = new ExampleReader(Path.of("a.jsonl"), type).read(fields, 1);
      assertThat(example.answer()).isNotNull();
      assertThat(example.id()).isNotEmpty();
    } catch (TaskException refusal) {
      Refusal.check(refusal, "a.jsonl row 1");
    }
  }

  @FuzzTest
  @DisplayName("is read by DuckDB or refused by name")
  void file(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("a.jsonl"), bytes);
    try {
      assertThat(TaskFile.read(TaskSpec.of(file)).examples()).isNotEmpty();
    } catch (TaskException refusal) {
      Refusal.check(refusal, "a.jsonl");
    }
  }
}
