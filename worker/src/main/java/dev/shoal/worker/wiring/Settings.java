package dev.shoal.worker.wiring;

import dev.shoal.migrations.DatabaseSettings;
import dev.shoal.worker.payloads.PayloadKeys;
import dev.shoal.worker.stack.Endpoints;
import dev.shoal.worker.stack.LocalStack;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.envconfig.LoadClientConfigProfileOptions;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.postgresql.Driver;

/**
 * Where everything is: flags over environment over {@code shoal.yaml}. What none of them names is
 * the local stack's.
 *
 * <p>Inside, every setting is an environment variable, so that the local stack and Temporal's own
 * configuration see the same values. Secrets may also be named by file, as in {@code
 * SHOAL_DATABASE_PASSWORD_FILE}; they appear in no message and not in {@link #toString()}.
 */
public final class Settings {

  private final Map<String, String> environment;
  private final Path folder;

  private Settings(Map<String, String> environment, Path folder) {
    this.environment = environment;
    this.folder = folder;
  }

  /**
   * Lays the three layers over each other.
   *
   * @param flags variables given as flags
   * @param environment as of {@code System.getenv()}
   * @param folder the current folder
   * @throws UserError naming a mistake in {@code shoal.yaml} or a secret's file
   */
  public static Settings of(
      Map<String, String> flags, Map<String, String> environment, Path folder) {
    Map<String, String> merged =
        new HashMap<>(SettingsFile.find(home(environment, folder), folder));
    Stream.of(environment, flags)
        .forEach(layer -> merged.putAll(SecretFiles.resolve(layer, folder)));
    return new Settings(Map.copyOf(merged), folder.toAbsolutePath());
  }

  private static Path home(Map<String, String> environment, Path folder) {
    return folder.resolve(environment.getOrDefault("SHOAL_HOME", "")).toAbsolutePath();
  }

  /** The stack of this machine, as far as the settings do not name another. */
  public LocalStack stack() {
    return LocalStack.of(environment);
  }

  /** Folder that holds {@code ops/} and, unless set otherwise, {@code .shoal/}. */
  public Path home() {
    return home(environment, folder);
  }

  /** Folder of the artifact store. */
  public Path artifacts() {
    String state = environment.getOrDefault("SHOAL_STATE", "");
    Path fallback = state.isBlank() ? home().resolve(".shoal") : folder.resolve(state);
    return value("SHOAL_ARTIFACTS")
        .map(folder::resolve)
        .orElse(fallback.resolve("artifacts"))
        .toAbsolutePath()
        .normalize();
  }

  /** Folders a worker may read below, whatever a request says; the sample's is always one. */
  public List<Path> dataRoots() {
    Path sample = home().resolve("ops/sample");
    Stream<Path> roots =
        value("SHOAL_DATA_ROOTS")
            .map(list -> Stream.of(list.split(File.pathSeparator)).map(folder::resolve))
            .map(asked -> Stream.concat(asked, Stream.of(sample)))
            .orElseGet(() -> Stream.of(home(), folder, huggingFaceCache()));
    return roots.map(root -> root.toAbsolutePath().normalize()).distinct().toList();
  }

  /** Devices the worker was given, as the user wrote them; empty for whatever there is. */
  public Optional<String> devices() {
    return value("SHOAL_DEVICES");
  }

  /** Where Hugging Face's tools keep what they downloaded. */
  public Path huggingFaceCache() {
    Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
    return value("HF_HUB_CACHE")
        .map(Path::of)
        .or(() -> value("HF_HOME").map(hub -> Path.of(hub, "hub")))
        .orElse(home.resolve(".cache/huggingface/hub"));
  }

  /**
   * The database, by default that of the local stack.
   *
   * @throws dev.shoal.worker.stack.StackException when the local one does not run
   */
  public DatabaseSettings database() {
    String url = value("SHOAL_DATABASE_URL").orElseGet(() -> stack().endpoints().databaseUrl());
    Properties inUrl = Optional.ofNullable(Driver.parseURL(url, null)).orElseGet(Properties::new);
    return new DatabaseSettings(
        url,
        value("SHOAL_DATABASE_USER")
            .orElseGet(() -> inUrl.getProperty("user", System.getProperty("user.name"))),
        value("SHOAL_DATABASE_PASSWORD").orElseGet(() -> inUrl.getProperty("password", "")));
  }

  /**
   * How to reach Temporal, by default the local server.
   *
   * @throws dev.shoal.worker.stack.StackException when the local one does not run
   */
  ClientConfigProfile temporal() {
    ClientConfigProfile profile = temporalProfile();
    return profile.getAddress() == null || profile.getAddress().isBlank()
        ? profile.toBuilder().setAddress(stack().endpoints().temporalAddress()).build()
        : profile;
  }

  private ClientConfigProfile temporalProfile() {
    try {
      return ClientConfigProfile.load(
          LoadClientConfigProfileOptions.newBuilder().setEnvOverrides(environment).build());
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw UserError.wrongUse("Temporal's configuration cannot be read: " + e.getMessage());
    }
  }

  /**
   * Where a worker offers its metrics; nowhere unless it is set.
   *
   * @throws UserError unless it is {@code host:port}
   */
  public Optional<InetSocketAddress> metricsAddress() {
    return value("SHOAL_METRICS_ADDRESS").map(Settings::address);
  }

  private static InetSocketAddress address(String text) {
    if (!text.matches("[^:]+:\\d{1,5}") || Integer.parseInt(port(text)) > 65_535) {
      throw UserError.wrongUse(
          "SHOAL_METRICS_ADDRESS is '%s'; write host:port, as in 127.0.0.1:9464.".formatted(text));
    }
    return new InetSocketAddress(text.replaceFirst(":.*", ""), Integer.parseInt(port(text)));
  }

  private static String port(String address) {
    return address.replaceFirst(".*:", "");
  }

  /**
   * Keys that payloads are encrypted with on their way to Temporal; none if nobody asked for it.
   *
   * @throws UserError naming what is wrong with a key, never the key
   */
  public PayloadKeys payloadKeys() {
    try {
      return value(PayloadKeys.VARIABLE).map(PayloadKeys::parse).orElseGet(PayloadKeys::none);
    } catch (IllegalArgumentException e) {
      throw UserError.wrongUse(e.getMessage());
    }
  }

  /** Who is told what happens; nobody by default. */
  public MessageSettings messages() {
    return new MessageSettings(
        value("SHOAL_OPENLINEAGE_FILE").map(folder::resolve),
        value("SHOAL_OPENLINEAGE_URL")
            .map(text -> MessageSettings.address("SHOAL_OPENLINEAGE_URL", text)),
        value("SHOAL_WEBHOOK_URL").map(text -> MessageSettings.address("SHOAL_WEBHOOK_URL", text)),
        mlflow());
  }

  /** MLflow's own variable may also name a folder or a database; that is not for a worker. */
  private Optional<MlflowSettings> mlflow() {
    return value("SHOAL_MLFLOW_URL")
        .map(text -> MessageSettings.address("SHOAL_MLFLOW_URL", text))
        .or(
            () ->
                value("MLFLOW_TRACKING_URI")
                    .filter(text -> text.matches("https?://.*"))
                    .map(text -> MessageSettings.address("MLFLOW_TRACKING_URI", text)))
        .map(
            url ->
                new MlflowSettings(
                    url,
                    value("MLFLOW_EXPERIMENT_NAME").orElse("shoal"),
                    value("MLFLOW_TRACKING_TOKEN"),
                    temporalUi()));
  }

  /** Address of Temporal's UI: the local one, or what {@code TEMPORAL_UI_URL} says. */
  public Optional<String> temporalUi() {
    return value("TEMPORAL_UI_URL").or(this::localUi).map(url -> url.replaceFirst("/+$", ""));
  }

  private Optional<String> localUi() {
    boolean external = temporalProfile().getAddress() != null;
    return external ? Optional.empty() : Optional.of(stack().endpoints()).flatMap(Endpoints::uiUrl);
  }

  /** The variables that requests may refer to, those of secrets left out. */
  public Map<String, String> variables() {
    Map<String, String> variables = new HashMap<>(environment);
    variables.keySet().removeIf(SecretFiles::isSecret);
    return variables;
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
  }

  /** The names that are set, without their values. */
  @Override
  public String toString() {
    return "Settings" + new ArrayList<>(environment.keySet()).stream().sorted().toList();
  }
}
