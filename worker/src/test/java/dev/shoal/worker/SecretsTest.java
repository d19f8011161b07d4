package dev.shoal.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.common.base.Throwables;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.DatabaseSettings;
import dev.shoal.worker.stack.Endpoints;
import dev.shoal.worker.wiring.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Secrets stay where they were given")
class SecretsTest {

  private static final String PASSWORD = "database-password-4711";
  private static final String API_KEY = "temporal-api-key-4711";
  private static final String KEY =
      Base64.getEncoder().encodeToString("a payload key of 32 bytes, 4711.".getBytes(UTF_8));
  private static final String URL =
      "jdbc:postgresql://127.0.0.1:1/shoal?user=me&password=" + PASSWORD;

  private static final SecretSearch SEARCH =
      new SecretSearch(
          Map.of("database password", PASSWORD, "API key", API_KEY, "payload key", KEY));

  private static Map<String, String> environment(Path folder) {
    return Map.of(
        "SHOAL_HOME",
        folder.toString(),
        "SHOAL_DATABASE_URL",
        URL,
        "SHOAL_DATABASE_PASSWORD",
        PASSWORD,
        "SHOAL_PAYLOAD_KEYS",
        "2026a:" + KEY,
        "TEMPORAL_ADDRESS",
        "127.0.0.1:1",
        "TEMPORAL_API_KEY",
        API_KEY,
        "TEMPORAL_CONFIG_FILE",
        folder.resolve("none.toml").toString());
  }

  @Test
  @DisplayName("when settings, connections and keys are shown as text")
  void shown(@TempDir Path folder) {
    Settings settings = Settings.of(Map.of(), environment(folder), folder);
    List<Object> shown =
        List.of(
            settings,
            settings.database(),
            settings.payloadKeys(),
            settings.variables(),
            settings.stack().status(),
            new Endpoints("127.0.0.1:1", Optional.empty(), URL));
    for (Object each : shown) {
      assertThat(SEARCH.inText(each.getClass().getSimpleName(), each.toString())).isEmpty();
    }
    assertThat(settings.database().password()).isEqualTo(PASSWORD);
  }

  @Test
  @DisplayName("when a database with its password in the URL does not answer, is odd or is wrong")
  void databaseFailures() {
    for (String url : List.of(URL, URL + "&socketTimeout=soon", URL + "&sslmode=odd")) {
      DatabaseSettings settings = new DatabaseSettings(url, "me", PASSWORD);
      Throwable failure = catchThrowable(() -> Database.open(settings).close());
      assertThat(failure).as(url.substring(URL.length())).isNotNull();
      assertThat(SEARCH.inText("a trace", Throwables.getStackTraceAsString(failure))).isEmpty();
    }
    Throwable wrong =
        catchThrowable(() -> new DatabaseSettings(URL.replace("jdbc:", ""), "me", PASSWORD));
    assertThat(SEARCH.inText("a trace", Throwables.getStackTraceAsString(wrong))).isEmpty();
  }

  @Test
  @Timeout(180)
  @DisplayName("when commands fail, in words, in JSON and in what they leave behind")
  void commands(@TempDir Path folder) throws Exception {
    Path request = Files.writeString(folder.resolve("r.yaml"), "model: ${SHOAL_DATABASE_PASSWORD}");
    TestHome home = new TestHome(folder, environment(folder));
    for (List<String> command :
        List.of(
            List.of("doctor", "--json"),
            List.of("worker", "--json"),
            List.of("plan", request.toString(), "--json"))) {
      TestHome.Ran ran = home.attempt(command.toArray(String[]::new));
      assertThat(ran.out()).as("%s%n%s", command, ran.err()).startsWith("{");
      assertThat(SEARCH.inText(command.get(0), ran.out() + ran.err())).isEmpty();
    }
    assertThat(SEARCH.inFolder(folder)).isEmpty();
  }
}
