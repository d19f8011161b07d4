package dev.shoal.activities.garbage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 100,000 artifacts of 1,000 runs, each ten chains of ten, collected by a process with 64 MiB of
 * heap.
 */
@Tag("load")
@DisplayName("Garbage collection of a large store")
class GarbageLoadTest {

  private static final int ARTIFACTS = 100_000;

  private static final String SEED =
      """
      insert into shoal.run (run_id, namespace, workflow_id, first_execution_run_id, name, request,
        status, started_at, ended_at)
      select md5('run' || i)::uuid, 'default', 'run-' || i, 'run-' || i, 'run-' || i, '{}',
        'SUCCEEDED', now() - i * interval '1 hour', now() - i * interval '1 hour'
      from generate_series(0, 999) i;
      insert into shoal.stage (stage_id, run_id, name, shard, status, ended_at)
      select md5('stage' || n)::uuid, md5('run' || n / 100)::uuid, 'stage', n::text, 'COMPUTED', now()
      from generate_series(0, 99999) n;
      insert into shoal.artifact (sha256, kind, media_type, bytes)
      select encode(sha256(('artifact' || n)::bytea), 'hex'), 'kind-' || n % 7, 'x/y', 8
      from generate_series(0, 99999) n;
      insert into shoal.artifact_location (sha256, uri)
      select sha256, 'file:/store/objects/' || left(sha256, 2) || '/' || sha256 from shoal.artifact;
      insert into shoal.stage_artifact (stage_id, direction, role, ordinal, sha256)
      select md5('stage' || n)::uuid, 'OUT', 'made', 0, encode(sha256(('artifact' || n)::bytea), 'hex')
      from generate_series(0, 99999) n
      union all
      select md5('stage' || n)::uuid, 'IN', 'from', 0,
        encode(sha256(('artifact' || n - 1)::bytea), 'hex')
      from generate_series(0, 99999) n where n % 10 > 0;
      analyze
      """;

  @TempDir private Path root;

  @Test
  @DisplayName("takes the half that is given up, in 64 MiB")
  void collects() throws IOException, InterruptedException, SQLException {
    try (GarbageHome home = new GarbageHome(root)) {
      home.execute(SEED);
      folders();
      Process process =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElseThrow(),
                  "-Xmx64m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  GarbageLoad.class.getName(),
                  home.url(),
                  root.toString(),
                  "500")
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      System.out.println(said);
      assertThat(process.waitFor()).as(said).isZero();
      assertThat(said).contains("collect: 50000 ", "look again: 0 ");
    }
  }

  private void folders() throws IOException {
    FileTime then = FileTime.from(Instant.now().minus(Duration.ofHours(3)));
    for (int n = 0; n < ARTIFACTS; n++) {
      String digest = GarbageHome.key("artifact" + n);
      Path folder = root.resolve("objects").resolve(digest.substring(0, 2)).resolve(digest);
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("x"), "12345678");
      Files.setLastModifiedTime(folder, then);
    }
  }
}
