package dev.shoal.worker.ui;

import dev.shoal.worker.TestHome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("In the Temporal UI a person")
class TemporalUiTest {

  /** Two data sets and both training stages; budget and rate are the test's. */
  private static final String REQUEST =
      """
      {"recipe": "domains-2026.1", "name": "from-the-ui", "model": "%1$s/model",
       "datasets": [{"name": "code", "path": "%1$s/corpora/code"},
                    {"name": "sql", "path": "%1$s/corpora/sql"}],
       "experts": {"num_experts": 2},
       "calibration": {"windows": 8, "window_tokens": 64, "affinity_windows": 2},
       "training": {"router_tokens": 4096, "expert_tokens": %2$s, "learning_rate": %3$s,
                    "batch_tokens": 1024, "sequence_tokens": 64, "weights": "lora"},
       "evaluation": {"windows": 2, "window_tokens": 64},
       "checkpoint": {"every_seconds": 1}}
      """;

  private static final String STATUS = "[data-testid=execution-status]";

  @TempDir private static Path state;
  private static TestHome home;
  private static Browser browser;
  private static String ui;

  @BeforeAll
  static void open() throws IOException {
    browser = Browser.open(Path.of("target", "pictures"));
    home = new TestHome(state, Map.of("OMP_NUM_THREADS", "1"));
    home.shoal("up", "-d", "--devices", "cpu");
    ui = home.endpoints().uiUrl().orElseThrow() + "/namespaces/default/workflows";
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    if (home != null) {
      home.close();
    }
  }

  /** What was seen last, also where a test failed. */
  @AfterEach
  void keep(TestInfo test) throws IOException {
    browser.picture(test.getTestMethod().orElseThrow().getName() + "-end");
  }

  private static String request(String expertTokens, String learningRate) {
    return REQUEST.formatted(TestHome.sample(), expertTokens, learningRate);
  }

  /** Fills the form in and sends it; the page of the run is open then. */
  private static void start(String id, String json) throws IOException {
    browser.go(
        "%s/start-workflow?taskQueue=shoal&workflowType=Reconstruct&workflowId=%s"
            .formatted(ui, id));
    browser.edit(".cm-content", json, "#workflowId");
    browser.picture(id + "-form");
    browser.click("[data-testid=start-workflow-button]");
    browser.awaitText("Workflow started successfully");
    browser.go(ui + "/" + id);
    browser.awaitAddress("/timeline");
  }

  /** Opens what the run says of itself. */
  private static void details() {
    browser.click("[data-testid=user-metadata-tab]");
  }

  private static void action(String button) {
    browser.press("More Actions");
    browser.click("[data-testid=%s]".formatted(button));
  }

  private static void awaitStatus(String status) {
    browser.await(STATUS, status);
  }

  @Test
  @DisplayName("starts a run from the form and sees stages, training and perplexities come in")
  void starts() throws IOException {
    start("started", request("100000", "0.001"));
    details();
    browser.awaitFrame("tokenize · code");
    browser.awaitFrame("Perplexity dense");
    browser.awaitFrame("train experts: step ");
    browser.picture("started-training");
    awaitStatus("COMPLETED");
    browser.awaitFrame("· trained ");
    browser.awaitFrame("shoal lineage");
    browser.picture("started-done");
  }

  @Test
  @DisplayName("is told all mistakes of a request at once, and the run is over")
  void badInput() throws IOException {
    start("bad", "{\"model\": \"/none\", \"datasets\": 7, \"expertz\": {\"width\": 2}}");
    awaitStatus("FAILED");
    browser.awaitText("expertz");
    browser.awaitText("datasets");
    browser.picture("bad-failed");
  }

  @Test
  @DisplayName("reads why a stage needs attention, and skips it by an update")
  void needsAttention() throws IOException {
    start("diverges", request("4096", "1e30"));
    details();
    browser.awaitFrame("train experts needs attention");
    browser.picture("diverges-attention");
    action("update-button");
    browser.click("[data-testid=update-select-button]");
    browser.choose("resumeStage");
    browser.edit(
        "#modal-content-update-confirmation-modal .cm-content",
        "{\"action\": \"skip\"}",
        "#update-id");
    browser.picture("diverges-update");
    browser.click("[data-testid=confirm-modal-button]");
    awaitStatus("COMPLETED");
    browser.awaitFrame("skipped by request");
    browser.picture("diverges-done");
  }

  @Test
  @DisplayName("cancels a run, which keeps what it has")
  void cancels() throws IOException {
    start("cancelled", request("50000000", "0.001"));
    details();
    browser.awaitFrame("train experts: step ");
    action("request-cancellation-button");
    browser.click("[data-testid=confirm-modal-button]");
    awaitStatus("CANCELED");
    browser.picture("cancelled-done");
  }
}
