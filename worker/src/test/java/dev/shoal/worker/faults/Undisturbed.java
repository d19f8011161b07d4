package dev.shoal.worker.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.io.FileUtils;

/** The run as it is when nothing happens to it; made once for all tests. */
final class Undisturbed {

  private static List<String> lineage;
  private static double seconds;
  private static double trained;

  private Undisturbed() {}

  /** What leads to the exported model. */
  static synchronized List<String> lineage() throws Exception {
    if (lineage == null) {
      Path state = Files.createTempDirectory("undisturbed");
      long begin = System.nanoTime();
      try (FaultHome home = new FaultHome(state)) {
        home.start();
        JsonNode result = home.finish();
        lineage = home.lineage(result);
        trained = result.path("trained").asDouble();
        seconds = (System.nanoTime() - begin) / 1e9;
      }
      delete(state);
    }
    return lineage;
  }

  /** Its time from start to end. */
  static double seconds() throws Exception {
    lineage();
    return seconds;
  }

  /** Its perplexity at the end. */
  static double trained() throws Exception {
    lineage();
    return trained;
  }

  private static void delete(Path state) throws IOException {
    FileUtils.deleteDirectory(state.toFile());
  }
}
