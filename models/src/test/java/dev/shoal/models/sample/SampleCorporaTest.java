package dev.shoal.models.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The sample corpora")
class SampleCorporaTest {

  private static final SampleCorpora.Size SMALL = new SampleCorpora.Size(60_000, 12_000);

  static List<SampleDomain> domains() {
    return SampleCorpora.domains();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("domains")
  @DisplayName("have documents of 200 to 1,200 characters")
  void documentLengths(SampleDomain domain) {
    assertThat(documents(domain).stream().map(String::length))
        .allMatch(length -> length >= 200 && length <= 1200);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("domains")
  @DisplayName("repeat no document, not even across training and evaluation")
  void noDuplicates(SampleDomain domain) {
    SampleCorpora.Corpus corpus = SampleCorpora.generate(domain, SMALL);

    assertThat(Stream.concat(corpus.train().stream(), corpus.eval().stream()))
        .doesNotHaveDuplicates();
    assertThat(String.join("", corpus.train())).hasSizeBetween(60_000, 61_200);
    assertThat(String.join("", corpus.eval())).hasSizeBetween(12_000, 13_200);
  }

  @Test
  @DisplayName("are the same bytes when they are made again")
  void reproducible(@TempDir Path folder) throws Exception {
    SampleDomain domain = new ServerLogs();
    for (String attempt : List.of("a", "b")) {
      SampleCorpora.write(domain, SampleCorpora.generate(domain, SMALL), folder.resolve(attempt));
    }
    assertThat(folder.resolve("a/logs/train.jsonl.gz"))
        .hasSameBinaryContentAs(folder.resolve("b/logs/train.jsonl.gz"));
    byte[] header = Files.readAllBytes(folder.resolve("a/logs/eval.jsonl.gz"));
    assertThat(List.of(header[4], header[5], header[6], header[7])).containsOnly((byte) 0);
  }

  @Test
  @DisplayName("hold sums that are right")
  void arithmeticIsRight() {
    Pattern sum = Pattern.compile("(\\d+) ([-+*]) (\\d+)(?: \\+ (1))? = (\\d+)");
    int checked = 0;
    for (String document : documents(new Arithmetic())) {
      Matcher matcher = sum.matcher(document);
      for (; matcher.find(); checked++) {
        int a = Integer.parseInt(matcher.group(1));
        int b = Integer.parseInt(matcher.group(3));
        int carry = matcher.group(4) == null ? 0 : 1;
        int result =
            switch (matcher.group(2)) {
              case "+" -> a + b + carry;
              case "-" -> a - b;
              default -> a * b;
            };
        assertThat(matcher.group(5)).as(matcher.group()).isEqualTo(Integer.toString(result));
      }
    }
    assertThat(checked).isGreaterThan(1000);
  }

  @Test
  @DisplayName("hold JSON whose totals add up")
  void jsonAddsUp() throws Exception {
    for (String document : documents(new JsonRecords())) {
      JsonNode root = new ObjectMapper().readTree(document);
      int sum = 0;
      for (JsonNode item : root.path("items")) {
        sum += item.get("quantity").intValue() * item.get("price").intValue();
      }
      assertThat(root.path("sum").asInt()).isEqualTo(sum);
    }
  }

  @Test
  @DisplayName("hold SQL that a database accepts")
  void sqlRuns() throws Exception {
    for (String document : documents(new SqlStatements()).subList(0, 40)) {
      try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
          Statement statement = database.createStatement()) {
        statement.execute(document);
      }
    }
  }

  private static List<String> documents(SampleDomain domain) {
    Random random = new Random(7);
    return Stream.generate(() -> domain.document(random)).limit(300).toList();
  }
}
