package dev.shoal.worker.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.worker.wiring.TemporalConnection;
import dev.shoal.worker.wiring.UserError;
import io.temporal.client.WorkflowOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

@DisplayName("A Temporal server behind TLS that knows its clients")
@Timeout(180) // the first run installs Temporal
class TlsTemporalTest {

  private static final ExecutorService THREADS = Executors.newFixedThreadPool(4);

  @TempDir private static Path folder;
  private static DevServer server;
  private static TestCertificate proxyCertificate;
  private static TestCertificate ownCertificate;

  @BeforeAll
  static void start() throws Exception {
    server = new DevServer(folder);
    proxyCertificate = TestCertificate.create(folder, "server");
    ownCertificate = TestCertificate.create(folder, "client");
  }

  @AfterAll
  static void stop() {
    THREADS.shutdownNow();
    if (server != null) {
      server.close();
    }
  }

  private static void start(TemporalConnection temporal, String id) {
    WorkflowOptions options =
        WorkflowOptions.newBuilder().setWorkflowId(id).setTaskQueue("nobody").build();
    temporal.client().newUntypedWorkflowStub("Nothing", options).start();
  }

  @Test
  @DisplayName("is reached through TLS with a client's certificate, from variables or a profile")
  void mutualTls() throws Exception {
    try (TlsProxy proxy = new TlsProxy(proxyCertificate, ownCertificate, server.port())) {
      Map<String, String> variables =
          Map.of(
              "TEMPORAL_ADDRESS", proxy.address(),
              "TEMPORAL_TLS_SERVER_CA_CERT_PATH", proxyCertificate.certificate().toString(),
              "TEMPORAL_TLS_CLIENT_CERT_PATH", ownCertificate.certificate().toString(),
              "TEMPORAL_TLS_CLIENT_KEY_PATH", ownCertificate.key().toString());
      for (Map<String, String> way : List.of(variables, profile(proxy.address()))) {
        try (TemporalConnection temporal = server.open(way)) {
          start(temporal, "by-" + way.size());
        }
      }
    }
    for (String id : List.of("by-1", "by-4")) {
      assertThat(server.command("workflow", "describe", "--workflow-id", id))
          .as("of the server behind")
          .contains("Nothing");
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
            .formatted(
                address,
                proxyCertificate.certificate(),
                ownCertificate.certificate(),
                ownCertificate.key()));
    return Map.of("TEMPORAL_CONFIG_FILE", profile.toString());
  }

  @Test
  @DisplayName("that a client cannot agree with is left with what to change")
  void refused() throws Exception {
    try (TlsProxy proxy = new TlsProxy(proxyCertificate, ownCertificate, server.port())) {
      String ca = proxyCertificate.certificate().toString();
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
              Map.of("TEMPORAL_ADDRESS", server.address(), "TEMPORAL_TLS", "true"),
              "does not speak TLS; unset TEMPORAL_TLS and TEMPORAL_TLS_*, or correct the address.");
      Map<String, Future<?>> asked = new HashMap<>();
      cases.forEach( // side by side, for each takes as long as a server may take to start
          (variables, sentence) ->
              asked.put(
                  "Temporal at %s %s".formatted(variables.get("TEMPORAL_ADDRESS"), sentence),
                  CompletableFuture.runAsync(() -> server.open(variables).close(), THREADS)));
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
            () ->
                server.open(
                    Map.of(
                        "TEMPORAL_ADDRESS",
                        server.address(),
                        "TEMPORAL_TLS_CLIENT_CERT_PATH",
                        none)))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "Temporal's TLS settings cannot be used: there is no file %s; correct TEMPORAL_TLS_* or"
                + " the profile.",
            none);
    String certificate = Files.readString(ownCertificate.certificate());
    assertThatThrownBy(
            () ->
                server.open(
                    Map.of(
                        "TEMPORAL_ADDRESS",
                        server.address(),
                        "TEMPORAL_TLS_CLIENT_CERT_DATA",
                        certificate,
                        "TEMPORAL_TLS_CLIENT_KEY_DATA",
                        "MARKER-KEY")))
        .hasMessageStartingWith("Temporal's TLS settings cannot be used: ")
        .hasMessageNotContaining("MARKER-KEY");
  }
}
