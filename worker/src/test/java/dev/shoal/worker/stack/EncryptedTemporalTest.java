package dev.shoal.worker.stack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.shoal.worker.SecretSearch;
import dev.shoal.worker.payloads.CodecServer;
import dev.shoal.worker.payloads.EncryptingCodec;
import dev.shoal.worker.payloads.PayloadKeys;
import dev.shoal.worker.runs.LineScreen;
import dev.shoal.worker.runs.RunWatch;
import dev.shoal.worker.wiring.TemporalConnection;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ApplicationFailure;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A Temporal server that is not to read what it stores")
@Timeout(180) // the first run installs Temporal
class EncryptedTemporalTest {

  private static final String SECRET = "corpora/merger-of-two-banks";
  private static final String KEYS = "2026a:" + Base64.getEncoder().encodeToString(new byte[32]);
  private static final String OTHERS = KEYS.replace("2026a", "2026b");

  @TempDir private static Path folder;
  private static DevServer server;

  @BeforeAll
  static void start() {
    server = new DevServer(folder);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  /** Takes what it is given as {@code Reconstruct} does, and fails with it if asked to. */
  @WorkflowInterface
  public interface Repeat {
    /** The payload's own text. */
    @WorkflowMethod
    String repeat(RawValue request, boolean fail);
  }

  /** As the interface says. */
  public static final class RepeatImpl implements Repeat {
    @Override
    public String repeat(RawValue request, boolean fail) {
      String text = request.getPayload().getData().toStringUtf8();
      if (fail) {
        throw ApplicationFailure.newNonRetryableFailure("cannot read " + text, "InvalidInput");
      }
      return text;
    }
  }

  private static TemporalConnection withKeys(String keys) {
    return server.open(Map.of("SHOAL_PAYLOAD_KEYS", keys));
  }

  private static WorkerFactory work(TemporalConnection temporal) {
    WorkerFactory factory = WorkerFactory.newInstance(temporal.client());
    factory.newWorker("repeat").registerWorkflowImplementationTypes(RepeatImpl.class);
    factory.start();
    return factory;
  }

  private static WorkflowStub begin(TemporalConnection temporal, String id, boolean fail) {
    WorkflowStub stub =
        temporal
            .client()
            .newUntypedWorkflowStub(
                "Repeat",
                WorkflowOptions.newBuilder()
                    .setTaskQueue("repeat")
                    .setWorkflowId(id)
                    .setStaticSummary("on " + SECRET)
                    .setWorkflowTaskTimeout(Duration.ofSeconds(2))
                    .build());
    stub.start(Map.of("datasets", SECRET), fail);
    return stub;
  }

  private static String stored(TemporalConnection temporal, String id) {
    return temporal.client().fetchHistory(id).getHistory().toByteString().toString(ISO_8859_1);
  }

  private static List<String> found(TemporalConnection temporal, String id) {
    return new SecretSearch(Map.of("request", SECRET)).inHistory(temporal.client(), id);
  }

  @Test
  @DisplayName("stores neither the request nor the result nor the failure where there is a key")
  void encrypted() {
    try (TemporalConnection temporal = withKeys(KEYS)) {
      WorkerFactory worker = work(temporal);
      assertThat(begin(temporal, "encrypted", false).getResult(String.class)).contains(SECRET);
      assertThatThrownBy(() -> begin(temporal, "failed", true).getResult(String.class))
          .isInstanceOf(WorkflowFailedException.class)
          .cause()
          .hasMessageContaining("cannot read {\"datasets\":\"" + SECRET);
      worker.shutdownNow();
      for (String id : List.of("encrypted", "failed")) {
        assertThat(stored(temporal, id)).contains("binary/encrypted");
        assertThat(found(temporal, id)).isEmpty();
      }
      assertThat(stored(temporal, "failed")).contains("InvalidInput", "Encoded failure");
    }
    try (TemporalConnection plain = server.open(Map.of())) {
      begin(plain, "plain", false);
      assertThat(found(plain, "plain")).containsExactly("request is in the history of plain");
    }
  }

  @Test
  @DisplayName("is read by Temporal's own command through the codec endpoint, and written, too")
  void command() throws Exception {
    try (TemporalConnection temporal = withKeys(KEYS);
        CodecServer codec =
            new CodecServer(EncryptingCodec.steps(PayloadKeys.parse(KEYS)), Set.of(), 0)) {
      WorkerFactory worker = work(temporal);
      String input = "{\"datasets\":\"%s\"}".formatted(SECRET);
      String said =
          server.command(
              ("workflow execute --workflow-id command --type Repeat --task-queue repeat --input "
                      + input
                      + " --input false --codec-endpoint "
                      + codec.address())
                  .split(" "));
      worker.shutdownNow();
      assertThat(said).contains(SECRET);
      assertThat(found(temporal, "command")).isEmpty();
      String[] show = {"workflow", "show", "--workflow-id", "command"};
      assertThat(server.command(show)).contains("COMPLETED").doesNotContain("merger");
      assertThat(
              server.command(
                  show[0], show[1], show[2], show[3], "--codec-endpoint", codec.address()))
          .contains(SECRET);
    }
    try (TemporalConnection plain = server.open(Map.of())) {
      LineScreen screen = new LineScreen(new PrintWriter(new StringWriter()));
      Throwable thrown = catchThrowable(() -> new RunWatch(plain, "command", screen).follow(true));
      assertThat(EncryptingCodec.unread(thrown))
          .hasValueSatisfying(
              sentence ->
                  assertThat(sentence)
                      .contains("with key 2026a, but SHOAL_PAYLOAD_KEYS here is not set; add"));
    }
  }

  @Test
  @DisplayName("keeps a run waiting, not failed, until a worker has its key")
  void waits() throws Exception {
    try (TemporalConnection temporal = withKeys(KEYS);
        TemporalConnection other = withKeys(OTHERS)) {
      WorkerFactory wrong = work(other);
      WorkflowStub run = begin(temporal, "waits", false);
      for (int i = 0; !stored(temporal, "waits").contains("PayloadCodecException"); i++) {
        assertThat(i).as("tenths of a second").isLessThan(300);
        Thread.sleep(100);
      }
      wrong.shutdownNow();
      WorkerFactory right = work(temporal);
      assertThat(run.getResult(String.class)).contains(SECRET);
      right.shutdownNow();
    }
  }
}
