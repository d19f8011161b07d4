package dev.shoal.worker.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.migrations.DatabaseSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Settings")
class SettingsTest {

  private static final String URL = "jdbc:postgresql://db:5432/shoal";

  @TempDir private Path folder;
  private final Map<String, String> flags = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void ownHome() {
    environment.put("SHOAL_HOME", folder.toString());
    environment.put("TEMPORAL_CONFIG_FILE", folder.resolve("temporal.toml").toString());
  }

  private Settings settings() {
    return Settings.of(flags, environment, folder);
  }

  private void file(String text) throws IOException {
    Files.writeString(folder.resolve("shoal.yaml"), text);
  }

  @Test
  @DisplayName("are flags over environment over shoal.yaml")
  void haveAnOrder() throws IOException {
    file("artifacts: from-file");
    assertThat(settings().artifacts()).isEqualTo(folder.resolve("from-file"));
    environment.put("SHOAL_ARTIFACTS", "/from/environment");
    assertThat(settings().artifacts()).isEqualTo(Path.of("/from/environment"));
    flags.put("SHOAL_ARTIFACTS", "/from/flags");
    assertThat(settings().artifacts()).isEqualTo(Path.of("/from/flags"));
  }

  @Test
  @DisplayName("keep artifacts in .shoal and read home, current folder and Hugging Face's cache")
  void haveDefaults() {
    environment.put("HF_HOME", "/hf");
    Settings settings = Settings.of(flags, environment, Path.of("/home/me/here"));
    assertThat(settings.artifacts()).isEqualTo(folder.resolve(".shoal/artifacts"));
    assertThat(settings.dataRoots())
        .containsExactly(folder, Path.of("/home/me/here"), Path.of("/hf/hub"));
  }

  @Test
  @DisplayName("split data roots at colons or take a list in shoal.yaml, and add the sample")
  void splitDataRoots() throws IOException {
    environment.put("SHOAL_DATA_ROOTS", "/a:/b");
    Path sample = folder.resolve("ops/sample");
    assertThat(settings().dataRoots()).containsExactly(Path.of("/a"), Path.of("/b"), sample);
    environment.remove("SHOAL_DATA_ROOTS");
    file("data_roots: [/c, d]");
    assertThat(settings().dataRoots()).containsExactly(Path.of("/c"), folder.resolve("d"), sample);
  }

  @Test
  @DisplayName("name devices as a list in shoal.yaml or as text; without them there is no choice")
  void nameDevices() throws IOException {
    assertThat(settings().devices()).isEmpty();
    file("devices: [0, cuda:1]");
    assertThat(settings().devices()).contains("0,cuda:1");
    environment.put("SHOAL_DEVICES", "cpu");
    assertThat(settings().devices()).contains("cpu");
  }

  @Test
  @DisplayName("take user and password from their variables before the URL's")
  void takeTheLogin() {
    environment.put("SHOAL_DATABASE_URL", URL + "?user=inside&password=p1");
    assertThat(settings().database())
        .extracting(DatabaseSettings::user, DatabaseSettings::password)
        .containsExactly("inside", "p1");
    environment.put("SHOAL_DATABASE_USER", "outside");
    environment.put("SHOAL_DATABASE_PASSWORD", "p2");
    assertThat(settings().database())
        .extracting(DatabaseSettings::user, DatabaseSettings::password)
        .containsExactly("outside", "p2");
  }

  @Test
  @DisplayName("read a secret from the file that NAME_FILE names, without its line end")
  void readSecretsFromFiles() throws IOException {
    Files.writeString(folder.resolve("secret"), "hunter2\n");
    file("database_password: from-yaml");
    environment.put("SHOAL_DATABASE_URL", URL);
    environment.put("SHOAL_DATABASE_PASSWORD_FILE", "secret");
    assertThat(settings().database().password()).isEqualTo("hunter2");
    environment.put("SHOAL_DATABASE_PASSWORD_FILE", "absent");
    assertThatThrownBy(this::settings)
        .hasMessage(
            "SHOAL_DATABASE_PASSWORD_FILE names %s, which cannot be read; correct the name or the"
                    .formatted(folder.resolve("absent"))
                + " file's rights.");
  }

  @Test
  @DisplayName("show no secret, neither as text nor to requests")
  void showNoSecret() {
    environment.put("SHOAL_DATABASE_PASSWORD", "hunter2");
    environment.put("TEMPORAL_API_KEY", "key4711");
    environment.put("TEMPORAL_TLS_CLIENT_KEY_DATA", "pem");
    environment.put("TEMPORAL_GRPC_META_AUTHORIZATION", "bearer");
    environment.put("SHOAL_PAYLOAD_KEYS", "a:key");
    assertThat(settings().toString()).doesNotContain("hunter2", "key4711");
    assertThat(settings().variables())
        .containsKey("SHOAL_HOME")
        .doesNotContainKeys("SHOAL_DATABASE_PASSWORD", "TEMPORAL_API_KEY")
        .doesNotContainKeys("TEMPORAL_TLS_CLIENT_KEY_DATA", "TEMPORAL_GRPC_META_AUTHORIZATION")
        .doesNotContainKeys("SHOAL_PAYLOAD_KEYS");
  }

  @Test
  @DisplayName("take payload keys from a file, one a line; without them nothing is encrypted")
  void takePayloadKeys() throws IOException {
    assertThat(settings().payloadKeys().isEmpty()).isTrue();
    String key = "a:" + Base64.getEncoder().encodeToString(new byte[32]);
    Files.writeString(folder.resolve("keys"), "b" + key.substring(1) + "\n" + key + "\n");
    file("payload_keys_file: keys");
    assertThat(settings().payloadKeys().ids()).containsExactly("b", "a");
    environment.put("SHOAL_PAYLOAD_KEYS", "c:c2hvcnQ=");
    assertThatThrownBy(() -> settings().payloadKeys())
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("SHOAL_PAYLOAD_KEYS: key c has 5 bytes, expected 32; write ID:KEY")
        .hasMessageNotContaining("c2hvcnQ");
  }

  @Test
  @DisplayName("refuse a key that nobody knows, with the nearest that is known")
  void refuseUnknownKeys() throws IOException {
    file("artefacts: /a");
    assertThatThrownBy(this::settings)
        .hasMessageStartingWith(
            folder.resolve("shoal.yaml")
                + ": unknown key artefacts; did you mean artifacts? Known");
  }

  @Test
  @DisplayName("do not repeat a line of shoal.yaml that cannot be read, for it may hold a password")
  void doNotQuoteTheFile() throws IOException {
    file("artifacts: /a\ndatabase_password: \"hunter2");
    assertThatThrownBy(this::settings)
        .hasMessageMatching(".*shoal.yaml is not YAML; look at line \\d+\\.")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  @DisplayName("take Temporal from its own profile file")
  void takeTemporalsProfile() throws IOException {
    Files.writeString(
        folder.resolve("temporal.toml"),
        "[profile.default]\naddress = \"temporal:7233\"\nnamespace = \"ml\"\n");
    assertThat(settings().temporal().getAddress()).isEqualTo("temporal:7233");
    assertThat(settings().temporal().getNamespace()).isEqualTo("ml");
    environment.put("TEMPORAL_ADDRESS", "other:7233");
    environment.put("TEMPORAL_UI_URL", "http://ui:8080/");
    assertThat(settings().temporal().getAddress()).isEqualTo("other:7233");
    assertThat(settings().temporalUi()).contains("http://ui:8080");
  }

  @Test
  @DisplayName(
      "tell MLflow where its own variable or ours names a server, and show no secret of it")
  void mlflow() throws IOException {
    assertThat(settings().messages().mlflow()).isEmpty();
    environment.put("MLFLOW_TRACKING_URI", "file:///home/me/mlruns");
    assertThat(settings().messages().mlflow()).isEmpty();
    environment.put("MLFLOW_TRACKING_URI", "http://mlflow:5000");
    environment.put("TEMPORAL_UI_URL", "http://ui");
    assertThat(settings().messages().mlflow().orElseThrow())
        .isEqualTo(
            new MlflowSettings(
                URI.create("http://mlflow:5000"),
                "shoal",
                Optional.empty(),
                Optional.of("http://ui")));
    file(
        "{mlflow_url: 'https://a-secret@mlflow', mlflow_experiment: lab, mlflow_token_file: token}");
    Files.writeString(folder.resolve("token"), "a-secret\n");
    MlflowSettings asked = settings().messages().mlflow().orElseThrow();
    assertThat(asked.url().getHost()).isEqualTo("mlflow");
    assertThat(asked.experiment()).isEqualTo("lab");
    assertThat(asked.token()).hasValue("a-secret");
    assertThat(settings().messages().toString() + settings().variables())
        .doesNotContain("a-secret");
  }
}
