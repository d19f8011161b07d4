package dev.shoal.worker.payloads;

import static dev.shoal.worker.payloads.PayloadKeysTest.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The codec endpoint")
class CodecServerTest {

  private static final String UI = "http://127.0.0.1:8233";

  /** {@code json/plain} and {@code {"model":"llama"}} in Base64, as the UI sends them. */
  private static final String PLAIN =
      "{\"payloads\":[{\"metadata\":{\"encoding\":\"anNvbi9wbGFpbg==\"},\"data\":\"eyJtb2RlbCI6ImxsYW1hIn0=\"}]}";

  private final HttpClient http = HttpClient.newHttpClient();
  private CodecServer server;

  @BeforeEach
  void start() throws IOException {
    PayloadKeys keys = PayloadKeys.parse("2026a:" + key(1));
    server = new CodecServer(EncryptingCodec.steps(keys), Set.of(UI), 0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpRequest.Builder request(String path, String origin) {
    return HttpRequest.newBuilder(URI.create(server.address() + path)).header("Origin", origin);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(
        request(path, UI)
            .header("Content-Type", "application/json")
            .header("X-Namespace", "default")
            .POST(BodyPublishers.ofString(body)));
  }

  @Test
  @DisplayName("gives back over HTTP what it encrypted, for the UI's own pages")
  void roundTrip() throws Exception {
    HttpResponse<String> encoded = post("/encode", PLAIN);
    assertThat(encoded.statusCode()).isEqualTo(200);
    assertThat(encoded.body()).contains("\"YmluYXJ5L2VuY3J5cHRlZA==\"").doesNotContain("eyJtb2Rl");

    HttpResponse<String> decoded = post("/decode", encoded.body());
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(decoded.body())).isEqualTo(json.readTree(PLAIN));
    assertThat(decoded.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(decoded.headers().firstValue("Access-Control-Allow-Origin")).contains(UI);
    assertThat(decoded.headers().firstValue("Cache-Control")).contains("no-store");
  }

  @Test
  @DisplayName("answers the browser's question before it, for the headers that the UI sends")
  void preflight() throws Exception {
    HttpResponse<String> answer =
        send(
            request("/decode", UI)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type,x-namespace")
                .method("OPTIONS", BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains(UI);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Headers"))
        .contains("Content-Type, X-Namespace, Authorization");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Methods"))
        .contains("POST, OPTIONS");
  }

  @Test
  @DisplayName("decodes nothing for the page of a stranger")
  void stranger() throws Exception {
    HttpResponse<String> answer =
        send(request("/decode", "http://evil.example").POST(BodyPublishers.ofString(PLAIN)));
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body())
        .isEqualTo("Pages of this origin may not ask; allow it with `shoal codec --origin`.");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  @DisplayName("says in a sentence what it cannot decode or does not understand")
  void refuses() throws Exception {
    String unknown =
        "{\"payloads\":[{\"metadata\":{\"encoding\":\"YmluYXJ5L2VuY3J5cHRlZA==\",\"encryption-key-id\":\"MjAyNXo=\"},\"data\":\"AAAA\"}]}";
    HttpResponse<String> answer = post("/decode", unknown);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .isEqualTo(
            "a payload is encrypted with key 2025z, but SHOAL_PAYLOAD_KEYS here has only 2026a;"
                + " add the key, it is needed as long as runs written with it are kept.");
    assertThat(post("/decode", "{\"payloads\":5").statusCode()).isEqualTo(400);
    assertThat(post("/decode", "{\"payloads\":5").body())
        .isEqualTo("The request is not the JSON of Temporal's Payloads.");
    assertThat(post("/decode/all", PLAIN).statusCode()).isEqualTo(404);
    assertThat(send(request("/decode", UI).GET()).statusCode()).isEqualTo(405);
  }
}
