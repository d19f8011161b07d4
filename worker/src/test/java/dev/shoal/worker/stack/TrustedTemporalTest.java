package dev.shoal.worker.stack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.worker.SecretSearch;
import dev.shoal.worker.wiring.Settings;
import dev.shoal.worker.wiring.TemporalConnection;
import dev.shoal.worker.wiring.UserError;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ApplicationFailure;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A Temporal server that is not trusted with everything")
@Timeout(180) // the first run installs Temporal
class TrustedTemporalTest {

  private static final String SECRET = "corpora/merger-of-two-banks";
  private static final String KEYS = "2026a:" + Base64.getEncoder().encodeToString(new byte[32]);
  private static final String OTHERS = KEYS.replace("2026a", "2026b");

  private static final ExecutorService THREADS = Executors.newFixedThreadPool(4);

  @TempDir private static Path folder;
  private static LocalStack stack;
  private static String address;
  private static TestCertificate server;
  private static TestCertificate client;

  @BeforeAll
  static void start() throws Exception {
    Map<String, String> environment = new HashMap<>(TestTemporal.environment());
    environment.put("SHOAL_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/none");
    stack = new LocalStack(StackFolder.create(folder.resolve("state")), environment, List.of());
    address = stack.up(Map.of(), line -> {}).temporalAddress();
    server = TestCertificate.create(folder, "server");
    client = TestCertificate.create(folder, "client");
  }

  @AfterAll
  static void stop() {
    THREADS.shutdownNow();
    if (stack != null) {
      stack.down(line -> {});
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

  private static TemporalConnection open(Map<String, String> variables) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.putIfAbsent("TEMPORAL_CONFIG_FILE", folder.resolve("none.toml").toString());
    environment.put("SHOAL_HOME", folder.toString());
    environment.put("TEMPORAL_UI_URL", "http://ui");
    return TemporalConnection.open(Settings.of(Map.of(), environment, folder));
  }

  private static TemporalConnection withKeys(String keys) {
    return open(Map.of("TEMPORAL_ADDRESS", address, "SHOAL_PAYLOAD_KEYS", keys));
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
    try (TemporalConnection plain = open(Map.of("TEMPORAL_ADDRESS", address))) {
      begin(plain, "plain", false);
      assertThat(found(plain, "plain")).containsExactly("request is in the history of plain");
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

  @Test
  @DisplayName("is reached through TLS with a client's certificate, from variables or a profile")
  void mutualTls() throws Exception {
    try (TlsProxy proxy = new TlsProxy(server, client, port())) {
      Map<String, String> variables =
          Map.of(
              "TEMPORAL_ADDRESS", proxy.address(),
              "TEMPORAL_TLS_SERVER_CA_CERT_PATH", server.certificate().toString(),
              "TEMPORAL_TLS_CLIENT_CERT_PATH", client.certificate().toString(),
              "TEMPORAL_TLS_CLIENT_KEY_PATH", client.key().toString());
      for (Map<String, String> way : List.of(variables, profile(proxy.address()))) {
        try (TemporalConnection temporal = open(way)) {
          begin(temporal, "tls" + way.size(), false);
        }
      }
    }
    try (TemporalConnection direct = open(Map.of("TEMPORAL_ADDRESS", address))) {
      assertThat(stored(direct, "tls1")).as("of the server behind").contains(SECRET);
    }
  }

  private static Map<String, String> profile(String address) throws IOException {
    Path profile = folder.resolve("temporal.toml");
    Files.writeString(
        profile,
        """
        [profile.default]
        address = "%s"
        [profile.default.tls]
        server_ca_cert_path = "%s"
        client_cert_path = "%s"
        client_key_path = "%s"
        """
            .formatted(address, server.certificate(), client.certificate(), client.key()));
    return Map.of("TEMPORAL_CONFIG_FILE", profile.toString());
  }

  @Test
  @DisplayName("that a client cannot agree with is left with what to change")
  void refused() throws Exception {
    try (TlsProxy proxy = new TlsProxy(server, client, port())) {
      String ca = server.certificate().toString();
      Map<Map<String, String>, String> cases =
          Map.of(
              Map.of("TEMPORAL_ADDRESS", proxy.address(), "TEMPORAL_TLS_SERVER_CA_CERT_PATH", ca),
              "ends the TLS handshake; it may ask for a certificate it knows: name it in"
                  + " TEMPORAL_TLS_CLIENT_CERT_PATH and its key in TEMPORAL_TLS_CLIENT_KEY_PATH.",
              Map.of("TEMPORAL_ADDRESS", proxy.address(), "TEMPORAL_TLS", "true"),
              "shows a certificate that is not trusted here; name the one that signed it in"
                  + " TEMPORAL_TLS_SERVER_CA_CERT_PATH, or the host it is for in"
                  + " TEMPORAL_TLS_SERVER_NAME.",
              Map.of("TEMPORAL_ADDRESS", proxy.address()),
              "does not speak plain gRPC; if it wants TLS, set TEMPORAL_TLS=true.",
              Map.of("TEMPORAL_ADDRESS", address, "TEMPORAL_TLS", "true"),
              "does not speak TLS; unset TEMPORAL_TLS and TEMPORAL_TLS_*, or correct the address.");
      Map<String, Future<?>> asked = new HashMap<>();
      cases.forEach( // side by side, for each takes as long as a server may take to start
          (variables, sentence) ->
              asked.put(
                  "Temporal at %s %s".formatted(variables.get("TEMPORAL_ADDRESS"), sentence),
                  CompletableFuture.runAsync(() -> open(variables).close(), THREADS)));
      asked.forEach(
          (sentence, answer) ->
              assertThatThrownBy(answer::get)
                  .cause()
                  .isInstanceOf(UserError.class)
                  .hasMessage(sentence));
    }
  }

  @Test
  @DisplayName("is not asked with certificates that cannot be read, and keys are not quoted")
  void unreadable() throws IOException {
    String none = folder.resolve("none.crt").toString();
    assertThatThrownBy(
            () -> open(Map.of("TEMPORAL_ADDRESS", address, "TEMPORAL_TLS_CLIENT_CERT_PATH", none)))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "Temporal's TLS settings cannot be used: there is no file %s; correct TEMPORAL_TLS_* or"
                + " the profile.",
            none);
    String certificate = Files.readString(client.certificate());
    assertThatThrownBy(
            () ->
                open(
                    Map.of(
                        "TEMPORAL_ADDRESS", address,
                        "TEMPORAL_TLS_CLIENT_CERT_DATA", certificate,
                        "TEMPORAL_TLS_CLIENT_KEY_DATA", "MARKER-KEY")))
        .hasMessageStartingWith("Temporal's TLS settings cannot be used: ")
        .hasMessageNotContaining("MARKER-KEY");
  }

  private static int port() {
    return Integer.parseInt(address.replaceFirst(".*:", ""));
  }
}
