package dev.shoal.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.migrations.DatabaseSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The search for secrets")
class SecretSearchTest {

  private static final String SECRET = "pass+word/4711";
  private final SecretSearch search = new SecretSearch(Map.of("password", SECRET, "key", "k-0815"));

  @Test
  @DisplayName("finds a secret as it is, in hexadecimal, in a URL and in Base64 at any place")
  void forms() {
    assertThat(search.inText("a log", "url=jdbc:x?password=" + SECRET))
        .containsExactly("password is in a log");
    assertThat(search.inText("a log", "x?password=pass%2Bword%2F4711")).hasSize(1);
    assertThat(search.inText("a log", "\\x706173732b776f72642f34373131")).hasSize(1);
    for (String before : new String[] {"", "a", "ab", "abc"}) {
      byte[] bytes = (before + SECRET + "rest").getBytes(UTF_8);
      assertThat(search.inText("a log", Base64.getEncoder().encodeToString(bytes)))
          .as("after '%s'", before)
          .containsExactly("password is in a log");
    }
    assertThat(search.inText("a log", "password=*** k-0816")).isEmpty();
  }

  @Test
  @DisplayName("reads every file below a folder to its end, across the pieces it reads")
  void files(@TempDir Path folder) throws Exception {
    Path logs = Files.createDirectories(folder.resolve("logs"));
    Path large = logs.resolve("worker.log");
    Files.writeString(large, "x".repeat((1 << 20) - 5) + SECRET + "y".repeat(1 << 20) + "k-0815");
    Files.writeString(logs.resolve("clean.log"), "nothing");
    assertThat(search.inFolder(folder))
        .containsExactlyInAnyOrder("password is in " + large, "key is in " + large);
  }

  @Test
  @DisplayName("reads every column of every table, JSON and bytes too")
  void database() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start();
        Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          create schema "Odd";
          create table "Odd".run (id int, request jsonb, raw bytea);
          create table public.clean (t text);
          insert into public.clean values ('pass');
          insert into "Odd".run values (1, '{"a": ["%s"]}', null), (2, null, 'k-0815');
          """
              .formatted(SECRET));
      DatabaseSettings settings =
          new DatabaseSettings(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
      assertThat(search.inDatabase(settings))
          .containsExactlyInAnyOrder(
              "password is in table \"Odd\".run", "key is in table \"Odd\".run");
    }
  }
}
