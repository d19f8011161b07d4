package dev.shoal.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Asks the questions of {@code docs/sql.md} as a reader, word for word, and compares the answers
 * with the tables below them. The answers were worked out by hand from {@code example.sql}.
 */
@DisplayName("The SQL page")
class QuestionsTest {

  private static final Path PAGE = Path.of("..", "docs", "sql.md");

  private static final Pattern QUESTION =
      Pattern.compile(
          "### (\\d+\\. [^\\n]+)\\n.*?```sql\\n(.*?)```\\n\\n((?:\\|[^\\n]*\\n)+)", Pattern.DOTALL);

  private static final String WALKED =
      """
      select edge.* from shoal.artifact_summary
      cross join lateral shoal.%s(artifact_summary.sha256) edge
      """;

  private static final String VIEWS =
      """
      select relname from pg_class
      where relnamespace = 'shoal'::regnamespace and relkind = 'v'
      """;

  private static DatabaseSettings reader;

  @BeforeAll
  static void example() throws IOException {
    DatabaseSettings owner = TestServer.migratedDatabase();
    TestServer.execute(owner, resource("example.sql"));
    reader = TestServer.reader(owner);
  }

  /**
   * One question.
   *
   * @param title as in the page's heading
   * @param sql the query below it
   * @param answer the table below that
   */
  record Question(String title, String sql, List<String> answer) {
    @Override
    public String toString() {
      return title;
    }
  }

  static List<Question> questions() throws IOException {
    List<Question> questions = new ArrayList<>();
    Matcher matcher = QUESTION.matcher(Files.readString(PAGE));
    while (matcher.find()) {
      questions.add(
          new Question(matcher.group(1), matcher.group(2), matcher.group(3).lines().toList()));
    }
    return questions;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("questions")
  @DisplayName("answers")
  void answers(Question question) {
    assertThat(MarkdownTable.of(reader, question.sql())).isEqualTo(question.answer());
  }

  @Test
  @DisplayName("has ten questions")
  void ten() throws IOException {
    assertThat(questions()).hasSize(10);
  }

  @Test
  @DisplayName("names every view and every function that a reader has")
  void complete() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(
            TestServer.query(
                reader,
                """
                select relname from pg_class
                where relnamespace = 'shoal'::regnamespace and relkind = 'v'
                union all
                select proname from pg_proc
                where pronamespace = 'shoal'::regnamespace and proname <> 'lineage_walk'
                """))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(page).contains("`" + name));
  }

  @Test
  @DisplayName("has functions that answer with rows of the view lineage_edge, both ways the same")
  void edges() {
    assertThat(
            TestServer.query(
                reader, WALKED.formatted("ancestors") + "except select * from shoal.lineage_edge"))
        .isEmpty();
    assertThat(
            TestServer.query(
                reader,
                WALKED.formatted("ancestors") + "except " + WALKED.formatted("descendants")))
        .isEmpty();
    assertThat(TestServer.query(reader, "select distinct work from shoal.lineage_edge")).hasSize(8);
  }

  @Test
  @DisplayName("promises that views on top of these survive an upgrade")
  void onTop() {
    DatabaseSettings owner = TestServer.migratedDatabase();
    for (String view : TestServer.query(owner, VIEWS)) {
      TestServer.execute(
          owner, "create view public.on_%1$s as select * from shoal.%1$s".formatted(view));
    }
    TestServer.execute(
        owner, "update shoal.flyway_schema_history set checksum = 1 where version is null");
    try (Database database = Database.open(owner)) {
      assertThat(database.migrate()).isEqualTo(2);
      database.requireCurrent();
    }
    assertThat(TestServer.query(owner, "select count(*) from public.on_lineage"))
        .containsExactly("0");
  }

  @Test
  @DisplayName("gives the functions to members of the roles alone")
  void granted() {
    assertThat(
            TestServer.query(
                reader,
                """
                select proname from pg_proc
                where pronamespace = 'shoal'::regnamespace
                  and array_to_string(proacl, ' ') ~ '(^| )=X'
                """))
        .isEmpty();
  }

  static String resource(String name) throws IOException {
    try (var in = QuestionsTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
