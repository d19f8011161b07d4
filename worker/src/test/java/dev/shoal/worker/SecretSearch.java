package dev.shoal.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shoal.migrations.DatabaseSettings;
import io.temporal.client.WorkflowClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Looks for secrets where a run may have left them: in files, in histories, in the database. Each
 * is looked for as it is, in hexadecimal, in Base64 and as part of a URL. What is found is told by
 * the secret's name and its place:
 *
 * <pre>{@code
 * SecretSearch search = new SecretSearch(Map.of("database password", "p-4711"));
 * assertThat(search.inFolder(logs)).isEmpty();
 * }</pre>
 */
public final class SecretSearch {

  private static final int BUFFER = 1 << 20;

  private static final String TABLES =
      """
      select format('%I.%I', schemaname, tablename) from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')
      order by 1
      """;

  /** Every form of every secret, and the secret's name. */
  private final Map<String, String> forms = new HashMap<>();

  private int longest;

  /**
   * Searches for these.
   *
   * @param secrets name to value; values are to be long enough to occur nowhere by chance
   */
  public SecretSearch(Map<String, String> secrets) {
    secrets.forEach((name, secret) -> forms(secret).forEach(form -> forms.put(form, name)));
    longest = forms.keySet().stream().mapToInt(form -> bytes(form).length).max().orElse(0);
  }

  private static Set<String> forms(String secret) {
    byte[] bytes = bytes(secret);
    Set<String> forms = new LinkedHashSet<>();
    forms.add(secret);
    forms.add(URLEncoder.encode(secret, UTF_8));
    forms.add(HexFormat.of().formatHex(bytes));
    for (int before = 0; before < 3; before++) { // Base64 depends on what stands before
      byte[] shifted = new byte[before + bytes.length];
      System.arraycopy(bytes, 0, shifted, before, bytes.length);
      String base64 = Base64.getEncoder().withoutPadding().encodeToString(shifted);
      forms.add(base64.substring((before * 8 + 5) / 6, bytes.length * 8 / 6));
    }
    return forms;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** Names of the secrets in a text, each told with the place. */
  public List<String> inText(String place, String text) {
    return forms.entrySet().stream()
        .filter(form -> text.contains(form.getKey()))
        .map(form -> form.getValue() + " is in " + place)
        .distinct()
        .sorted()
        .toList();
  }

  /** The same for every file below a folder. */
  public List<String> inFolder(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().flatMap(this::inFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Stream<String> inFile(Path file) {
    Set<String> found = new LinkedHashSet<>();
    byte[] buffer = new byte[BUFFER + longest];
    int kept = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.readNBytes(buffer, 0, BUFFER); read > 0; ) {
        found.addAll(inText(file.toString(), latin(buffer, kept + read)));
        int end = kept + read;
        kept = Math.min(longest, end);
        System.arraycopy(buffer, end - kept, buffer, 0, kept);
        read = in.readNBytes(buffer, kept, BUFFER);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found.stream();
  }

  /** One character a byte, so that bytes of any kind can be searched; secrets are ASCII. */
  private static String latin(byte[] buffer, int length) {
    return new String(buffer, 0, length, ISO_8859_1);
  }

  /** The same for the stored bytes of a workflow's history; codecs are not asked. */
  public List<String> inHistory(WorkflowClient client, String workflowId) {
    byte[] bytes = client.fetchHistory(workflowId).getHistory().toByteArray();
    return inText("the history of " + workflowId, latin(bytes, bytes.length));
  }

  /** The same for every row of every table that this login may read. */
  public List<String> inDatabase(DatabaseSettings settings) {
    List<String> found = new ArrayList<>();
    try (Connection connection =
        DriverManager.getConnection(settings.url(), settings.user(), settings.password())) {
      for (String table : column(connection, TABLES)) {
        for (String row : column(connection, "select t::text from " + table + " t")) {
          found.addAll(inText("table " + table, row));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return found.stream().distinct().toList();
  }

  private static List<String> column(Connection connection, String query) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }
}
