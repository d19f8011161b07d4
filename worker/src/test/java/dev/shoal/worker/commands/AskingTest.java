package dev.shoal.worker.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.DatabaseSettings;
import dev.shoal.worker.Shoal;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** On the database that docs/sql.md asks about. */
@DisplayName("A question to the database")
class AskingTest {

  private static final Path EXAMPLE =
      Path.of("../migrations/src/test/resources/dev/shoal/migrations/example.sql");

  private static EmbeddedPostgres server;
  private static String url;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() throws Exception {
    server = EmbeddedPostgres.start();
    url = server.getJdbcUrl("postgres", "postgres") + "&password=postgres";
    try (Database database = Database.open(new DatabaseSettings(url, "postgres", "postgres"));
        Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      database.migrate();
      statement.execute(Files.readString(EXAMPLE));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private List<String> ask(String... args) {
    String[] all =
        Stream.concat(
                Stream.of(args),
                Stream.of("--database-url", url, "--temporal-address", "127.0.0.1:1"))
            .toArray(String[]::new);
    Shoal.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(all);
    return out.toString().lines().toList();
  }

  private JsonNode answer(String... args) throws Exception {
    List<String> lines = ask(args);
    return new ObjectMapper().readTree(lines.get(lines.size() - 1));
  }

  @Test
  @DisplayName("explain: one setting differs from the nearest result that was there")
  void explainsASetting() {
    assertThat(ask("explain", "legal-b", "train-experts"))
        .containsExactly(
            "train experts of legal-b (cb5fa41f) was computed here: no finished computation had its key.",
            "The nearest result then was that of legal-a (66c70794); 1 field differs:",
            "",
            "field           here  there",
            "settings.steps  2000   1000");
  }

  @Test
  @DisplayName("explain: an input differs, and the stage that made it is named")
  void explainsAnInput() {
    assertThat(ask("explain", "legal-b", "evaluate · trained"))
        .contains(
            "field      here          there",
            "input moe  ab0000000000  aa0000000000",
            "input moe comes from train experts; explain that.");
  }

  @Test
  @DisplayName("explain: reused from the run that had computed the same key")
  void explainsReuse() {
    assertThat(ask("explain", "legal-b", "reassemble"))
        .containsExactly(
            "reassemble of legal-b (cb5fa41f) was reused from legal-a (66c70794): the same key had been computed",
            "there, in 6 s.");
  }

  @Test
  @DisplayName("explain: the first of its kind, and one that fails again and again")
  void explainsTheFirstAndTheFailing() throws Exception {
    assertThat(ask("explain", "legal-a", "tokenize/law"))
        .contains("No computation of this stage had finished before.");
    out.getBuffer().setLength(0);
    assertThat(ask("explain", "code-only", "build_experts"))
        .contains("Last reason given: no window has 256 tokens.", "settings.width    0.25  0.5")
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    JsonNode json = answer("explain", "code-only", "build experts", "--json");
    assertThat(json.at("/status").asText()).isEqualTo("RUNNING");
    assertThat(json.at("/nearest/differences")).hasSize(2);
    assertThat(json.at("/nearest/differences/1/field").asText()).isEqualTo("input tokens law");
  }

  @Test
  @DisplayName("explain: a stage that there is not, or that there are several of")
  void explainsNoStage() {
    ask("explain", "legal-b", "tokenize");
    ask("explain", "code-only", "train");
    assertThat(err.toString().lines())
        .containsExactly(
            "shoal: legal-b (cb5fa41f) has several stages tokenize; name one of: tokenize/law,"
                + " tokenize/code.",
            "shoal: code-only (830440d6) has no stage train; name one of: tokenize/code, build experts.");
  }

  @Test
  @DisplayName("fork: a run without checkpoints, a step that is no number")
  void forksNothing() {
    ask("fork", "legal-a", "--set", "training.expert_tokens=1e9");
    ask("fork", "legal-a", "--from-checkpoint", "last");
    assertThat(err.toString().lines())
        .containsExactly(
            "shoal: legal-a (66c70794) keeps no checkpoint: it has written none yet, or `shoal store gc` gave",
            "them up.",
            "shoal: --from-checkpoint last: expected the number of a step, or latest");
  }

  @Test
  @DisplayName("lineage: up and down, as a tree, for Graphviz, as JSON")
  void lineage() throws Exception {
    assertThat(ask("lineage", "legal-b"))
        .contains("export eb0000000000  by export, code version 1, run legal-b (cb5fa41f)");
    out.getBuffer().setLength(0);
    assertThat(ask("lineage", "c2", "--down"))
        .startsWith(
            "corpus c20000000000",
            "  tokens b20000000000  by tokenize/code, run legal-a (66c70794)",
            "    experts ee0000000000  by build experts, run legal-a (66c70794)",
            "      moe a00000000000  by reassemble, run legal-a (66c70794)");
    out.getBuffer().setLength(0);
    assertThat(ask("lineage", "legal-b", "--format", "dot"))
        .startsWith("digraph lineage {")
        .contains("  \"eb0000000000\" [label=\"export\\neb0000000000\", penwidth=3];")
        .contains("  \"c20000000000\" -> \"b20000000000\" [label=\"tokenize/code\\ntext\"];");
    assertThat(answer("lineage", "legal-b", "--format", "json").at("/edges")).hasSize(14);
    assertThat(answer("lineage", "c2", "--down", "--json").at("/edges/0/parent_kind").asText())
        .isNotEmpty();
  }

  @Test
  @DisplayName("lineage: OpenLineage events, one a stage, in the order of their ends")
  void openLineage() throws Exception {
    List<String> lines = ask("lineage", "legal-b", "--format", "openlineage");
    assertThat(lines).hasSize(6);
    JsonNode first = new ObjectMapper().readTree(lines.get(0));
    assertThat(first.at("/eventType").asText()).isEqualTo("COMPLETE");
    assertThat(first.at("/eventTime").asText()).isEqualTo("2026-03-02T09:02:00Z");
    assertThat(first.at("/job/name").asText()).isEqualTo("tokenize/law");
    assertThat(first.at("/run/facets/parent/job/name").asText()).isEqualTo("legal-a");
    assertThat(first.at("/run/facets/shoal_computation/key/stage").asText()).isEqualTo("tokenize");
    assertThat(first.at("/inputs")).hasSize(2);
    assertThat(first.at("/outputs/0/name").asText()).startsWith("tokens/b1");
    assertThat(first.at("/schemaURL").asText()).contains("openlineage.io");
    assertThat(lines.get(5)).contains("\"name\":\"export\"");
  }

  @Test
  @DisplayName("store tag: a name for a digest, which moves when told to and clashes with nothing")
  void tags() throws Exception {
    assertThat(ask("store", "tag", "legal-v1", "legal-b"))
        .containsExactly("legal-v1 names export eb0000000000.");
    assertThat(answer("lineage", "legal-v1", "--json").at("/edges")).hasSize(14);
    err.getBuffer().setLength(0);
    ask("store", "tag", "legal-v1", "c2");
    ask("store", "tag", "legal-a", "c2");
    ask("store", "tag", "cafe", "c2");
    ask("explain", "legal-v1", "export");
    assertThat(err.toString().replaceAll("\\s+", " "))
        .isEqualTo(
            "shoal: legal-v1 is a tag of export eb0000000000; --move gives it to corpus c20000000000,"
                + " and the other is no longer kept by it."
                + " shoal: legal-a is the name of run 66c70794 already; choose another tag, such as"
                + " legal-a-v1."
                + " shoal: cafe could be the beginning of a digest or of a run's id; add a letter"
                + " beyond f."
                + " shoal: legal-v1 is no run, but a tag of export eb0000000000; `shoal lineage"
                + " legal-v1` says which run made it. ");
    assertThat(err.toString().lines()).allMatch(line -> line.length() <= 100);
    assertThat(
            answer("store", "tag", "legal-v1", "c2", "--move", "--json").at("/artifact").asText())
        .startsWith("c2");
    assertThat(answer("store", "tag", "--json").at("/tags/0/tag").asText()).isEqualTo("legal-v1");
    assertThat(ask("store", "tag", "--delete", "legal-v1"))
        .contains("legal-v1 is no tag any more.");
  }

  @Test
  @DisplayName("metrics: as CSV with a head, or JSON")
  void metrics() throws Exception {
    assertThat(ask("metrics", "legal-b", "--name", "loss", "--format", "csv"))
        .hasSize(4)
        .startsWith("stage,shard,metric,step,value,observed_at")
        .satisfies(
            lines -> assertThat(lines.get(2)).startsWith("train experts,,loss,1000,3.125,2"));
    assertThat(answer("metrics", "legal-b", "--format", "json").at("/metrics")).hasSize(7);
    assertThat(answer("metrics", "legal-b", "--all", "--json").at("/metrics")).hasSize(9);
  }

  @Test
  @DisplayName("runs: by state, time, model and name, all of them together")
  void runs() throws Exception {
    assertThat(names("--state", "needs_attention,failed")).containsExactly("code-only");
    assertThat(names("--name", "LEGAL")).containsExactly("legal-b", "legal-a");
    assertThat(names("--name", "legal", "--since", "2026-03-02T12:00Z")).containsExactly("legal-b");
    assertThat(names("--model", "dense", "--limit", "1")).containsExactly("code-only");
    assertThat(names("--model", "other")).isEmpty();
    out.getBuffer().setLength(0);
    assertThat(ask("runs", "--model", "other"))
        .contains("No run is like that; `shoal runs` lists all.");
    ask("runs", "--since", "yesterday");
    assertThat(err.toString().replaceAll("\\s+", " "))
        .contains("'yesterday' is no time; write 30m, 12h or 7d, 2026-03-02, or 2026-03-02T09:00");
  }

  private List<String> names(String... filters) throws Exception {
    out.getBuffer().setLength(0);
    String[] args =
        Stream.concat(Stream.of("runs", "--json"), Stream.of(filters)).toArray(String[]::new);
    return answer(args).path("runs").findValuesAsText("name");
  }
}
