package dev.shoal.worker.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.worker.wiring.MlflowSettings;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Requests to a tracking server by MLflow's REST API 2.0. Its client for Java is not used: it
 * brings its own Protobuf, Guava, Gson, HttpClient and ini4j for what are six requests here.
 */
final class MlflowApi {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MOST_OF_A_MESSAGE = 300;

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(PATIENCE)
          .version(HttpClient.Version.HTTP_1_1) // its server knows no other
          .build();

  private final MlflowSettings settings;

  MlflowApi(MlflowSettings settings) {
    this.settings = settings;
  }

  /** The server understood the request and refuses it; its code and words say why. */
  static final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String code;

    RefusedException(String code, String message) {
      super(message);
      this.code = code;
    }

    /** MLflow's {@code error_code}. */
    String code() {
      return code;
    }
  }

  /**
   * Asks.
   *
   * @param path such as {@code experiments/get-by-name}
   * @throws RefusedException for what this server will never answer
   * @throws NotDeliveredException for what it may answer later
   */
  JsonNode get(String path, String parameter, String value) {
    String query = parameter + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    return send(request(path + "?" + query).GET());
  }

  /**
   * Tells; as {@link #get} otherwise.
   *
   * @param body the request as JSON
   */
  JsonNode post(String path, JsonNode body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
  }

  private HttpRequest.Builder request(String path) {
    String base = settings.url().toString().replaceFirst("/+$", "");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "/api/2.0/mlflow/" + path)).timeout(PATIENCE);
    settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    return request;
  }

  private JsonNode send(HttpRequest.Builder request) {
    try {
      return read(client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new NotDeliveredException(
          "MLflow at %s does not answer (%s)".formatted(host(), e.getClass().getSimpleName()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotDeliveredException("stopped while sending", e);
    }
  }

  private JsonNode read(HttpResponse<String> response) throws JsonProcessingException {
    int status = response.statusCode();
    if (status >= 200 && status < 300) {
      return JSON.readTree(response.body());
    }
    String code = error(response.body(), "error_code");
    if (!code.isEmpty() && (Target.Post.REFUSED.contains(status) || status == 404)) {
      throw new RefusedException(code, error(response.body(), "message"));
    }
    throw new NotDeliveredException(
        "MLflow at %s answers with status %d%s"
            .formatted(host(), status, status == 401 ? "; set MLFLOW_TRACKING_TOKEN" : ""));
  }

  private static String error(String body, String field) {
    try {
      String text = JSON.readTree(body).path(field).asText();
      return text.substring(0, Math.min(text.length(), MOST_OF_A_MESSAGE));
    } catch (JsonProcessingException e) {
      return "";
    }
  }

  /** The address without what may be a secret. */
  String host() {
    return Target.Post.host(settings.url());
  }
}
