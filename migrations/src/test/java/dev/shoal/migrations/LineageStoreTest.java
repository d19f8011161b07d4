package dev.shoal.migrations;

import static dev.shoal.migrations.Fixture.artifact;
import static dev.shoal.migrations.Fixture.commit;
import static dev.shoal.migrations.Fixture.digest;
import static dev.shoal.migrations.Fixture.json;
import static dev.shoal.migrations.Fixture.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.migrations.Commit.InputArtifact;
import dev.shoal.migrations.Commit.OutputArtifact;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Lineage")
class LineageStoreTest {

  private static final DatabaseSettings SETTINGS = TestServer.worker(TestServer.migratedDatabase());
  private static final Database DATABASE = Database.open(SETTINGS);
  private static final Fixture FIXTURE = new Fixture(DATABASE);
  private static final LineageStore LINEAGE = DATABASE.lineage();

  private static final String MODEL = digest("d0");
  private static final String CORPUS = digest("c0");
  private static final String TOKENS = digest("1");
  private static final String EXPERTS = digest("2");
  private static final String MOE = digest("3");

  /** model and corpus from outside; corpus to tokens, both to experts, all but corpus to moe. */
  @BeforeAll
  static void reconstruct() {
    DATABASE.artifacts().record(artifact(MODEL, "model"), "/models/dense");
    DATABASE.artifacts().record(artifact(CORPUS, "corpus"), "/corpora/legal");
    for (String workflow : List.of("first", "second")) {
      compute(workflow, "tokenize", List.of(in("text", CORPUS)), output("out", TOKENS, "tokens"));
      compute(
          workflow,
          "build",
          List.of(in("dense", MODEL), in("tokens", TOKENS)),
          output("out", EXPERTS, "experts"));
      compute(
          workflow,
          "reassemble",
          List.of(in("dense", MODEL), in("expert", EXPERTS), in("expert", EXPERTS)),
          output("out", MOE, "moe"));
    }
  }

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  @DisplayName("leads from a model to everything it came from, each edge told once, by its origin")
  void ancestors() {
    assertThat(LINEAGE.ancestors(MOE))
        .extracting(LineageRow::stage, LineageRow::role, LineageRow::child, LineageRow::parent)
        .containsExactly(
            Tuple.tuple("build", "dense", EXPERTS, MODEL),
            Tuple.tuple("build", "tokens", EXPERTS, TOKENS),
            Tuple.tuple("reassemble", "dense", MOE, MODEL),
            Tuple.tuple("reassemble", "expert", MOE, EXPERTS),
            Tuple.tuple("tokenize", "text", TOKENS, CORPUS));
    LineageRow row = LINEAGE.ancestors(TOKENS).get(0);
    assertThat(row.run()).isEqualTo("name-first");
    assertThat(row.parentKind()).isEqualTo("corpus");
    assertThat(row.codeVersion()).contains("1");
    assertThat(row.settings()).contains(json("{'stage': 'train', 'settings': {'steps': 10}}"));
  }

  @Test
  @DisplayName("leads from a corpus to everything it ever touched")
  void descendants() {
    assertThat(LINEAGE.descendants(CORPUS))
        .extracting(LineageRow::child)
        .containsExactly(EXPERTS, MOE, TOKENS);
    assertThat(LINEAGE.descendants(MOE)).isEmpty();
    assertThat(LINEAGE.ancestors(MODEL)).isEmpty();
  }

  @Test
  @DisplayName("shows who reused what, and where it came from, in the views")
  void views() {
    assertThat(
            TestServer.query(
                SETTINGS,
                """
                select run || ' ' || stage || ' ' || status || ' ' || (run_id = origin_run_id)
                from shoal.lineage_edge where parent = '%s' order by run
                """
                    .formatted(CORPUS)))
        .containsExactly("name-first tokenize COMPUTED true", "name-second tokenize REUSED false");
    assertThat(
            TestServer.query(
                SETTINGS, "select child from shoal.lineage where artifact = '%s'".formatted(MOE)))
        .hasSize(5);
    assertThat(
            TestServer.query(
                SETTINGS,
                """
                select name || ' ' || stages_computed || ' ' || stages_reused || ' '
                  || seconds_saved
                from shoal.run_summary order by name
                """))
        .contains("name-first 3 0 0", "name-second 0 3 4.5");
    assertThat(
            TestServer.query(
                SETTINGS,
                """
                select stage || ' ' || status || ' ' || coalesce(outcome, '-')
                from shoal.stage_history where shard = '' and stage = 'build' order by run
                """))
        .containsExactly("build COMPUTED SUCCEEDED", "build REUSED -");
  }

  @Test
  @DisplayName("names the scores of a model, also where the evaluation was reused")
  void scores() {
    for (String workflow : List.of("judge", "judge-again")) {
      UUID stage = FIXTURE.stage(workflow, "evaluate");
      Commit commit =
          new Commit(
              json("{}"),
              1,
              List.of(in("model", MOE)),
              List.of(),
              List.of(new MetricRow("perplexity_per_token/legal", 0, 7.5)));
      FIXTURE
          .claim(digest("eeee"), stage)
          .fold(
              done -> done.output(),
              claimed -> DATABASE.computations().commit(claimed.claim(), commit),
              busy -> json("{}"));
    }

    assertThat(
            TestServer.query(
                SETTINGS,
                "select run || ' ' || metric || ' ' || value from shoal.model_scores order by run"))
        .containsExactly(
            "name-judge perplexity_per_token/legal 7.5",
            "name-judge-again perplexity_per_token/legal 7.5");
    assertThat(TestServer.query(SETTINGS, "select value from shoal.metric_series")).hasSize(2);
  }

  @Test
  @DisplayName("costs no more where many ways lead to one artifact: 2^30 paths, 120 edges")
  void manyPaths() {
    UUID run = FIXTURE.run("diamonds");
    List<OutputArtifact> pair = List.of(made("f0a"), made("f0b"));
    List<InputArtifact> inputs = new ArrayList<>(List.of(in("dense", MODEL)));
    for (int i = 0; i <= 30; i++) {
      UUID stage = DATABASE.stages().start(run, "layer", "" + i);
      DATABASE.stages().finish(stage, inputs, pair);
      inputs.clear();
      pair.forEach(made -> inputs.add(in("part", made.artifact().sha256())));
      pair = List.of(made("f%da".formatted(i + 1)), made("f%db".formatted(i + 1)));
    }

    assertThat(LINEAGE.ancestors(digest("f30a"))).hasSize(2 * 29 * 2 + 2 + 2);
  }

  @Test
  @DisplayName("keeps an external input with its path and digest, found by the digest's beginning")
  void external() {
    ArtifactCatalog catalog = DATABASE.artifacts();
    catalog.record(
        new NewArtifact(
            MODEL, "model", "application/json", 12, Optional.of(json("{'path': '/models/x'}"))),
        "/models/copy");

    assertThat(catalog.find("d0")).extracting(ArtifactRow::sha256).containsExactly(MODEL);
    assertThat(catalog.find("d0%")).isEmpty();
    assertThat(catalog.locations(MODEL))
        .extracting(ArtifactCatalog.Location::uri)
        .containsExactly("/models/copy", "/models/dense");
    catalog.forgetLocation(MODEL, "/models/copy");
    assertThat(catalog.locations(MODEL)).hasSize(1);
    assertThat(catalog.ofRun(FIXTURE.run("second")))
        .extracting(ArtifactRow::kind)
        .contains("model", "corpus", "tokens", "experts", "moe");
  }

  @Test
  @DisplayName("refuses a digest that is none")
  void notADigest() {
    assertThatThrownBy(() -> DATABASE.artifacts().record(artifact("ABC", "model"), "/x"))
        .hasMessageContaining("sha256_check");
  }

  private static void compute(
      String workflow, String name, List<InputArtifact> inputs, OutputArtifact output) {
    String key = digest("abc" + output.artifact().sha256().charAt(0));
    FIXTURE
        .claim(key, FIXTURE.stage(workflow, name))
        .fold(
            done -> done.output(),
            claimed ->
                DATABASE.computations().commit(claimed.claim(), commit(inputs, List.of(output))),
            busy -> json("{}"));
  }

  private static InputArtifact in(String role, String sha256) {
    return new InputArtifact(role, sha256);
  }

  private static OutputArtifact made(String start) {
    return output("part", digest(start), "part");
  }
}
