package dev.shoal.worker.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.DatabaseSettings;
import dev.shoal.migrations.RunStart;
import dev.shoal.worker.Shoal;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@DisplayName("The command report")
class ReportCommandTest {

  @TempDir private Path folder;

  private static UUID failedRun(Database database) {
    ObjectNode why = JsonNodeFactory.instance.objectNode().put("message", "the card is <full>");
    UUID run =
        database
            .runs()
            .create(
                new RunStart(
                    "default",
                    "shoal/legal/1",
                    "first",
                    "legal",
                    Optional.empty(),
                    List.of(),
                    JsonNodeFactory.instance.objectNode().put("model", "/m"),
                    Optional.empty()));
    database.stages().fail(database.stages().start(run, "calibrate", "law"), why);
    database.stages().start(run, "calibrate", "code");
    database.runs().fail(run, why);
    return run;
  }

  @Test
  @DisplayName("writes a page about a failed run that never came to a request with defaults")
  void failed() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
      String url = server.getJdbcUrl("postgres", "postgres");
      UUID run;
      try (Database database = Database.open(new DatabaseSettings(url, "postgres", ""))) {
        database.migrate();
        run = failedRun(database);
      }
      Path file = folder.resolve("page.html");

      int code =
          new CommandLine(new Shoal())
              .execute(
                  "report",
                  "legal",
                  "--output",
                  file.toString(),
                  "--artifacts",
                  folder.toString(),
                  "--database-url",
                  url);

      assertThat(code).isZero();
      assertThat(Files.readString(file))
          .contains(
              "The state of the run: failed, the card is &lt;full&gt;.",
              "<th scope=\"row\">calibrate · law</th><td>FAILED</td>",
              "<th scope=\"row\">calibrate · code</th><td>RUNNING</td>",
              "<th scope=\"row\">run</th><td>" + run,
              "No model has been judged.");
    }
  }
}
