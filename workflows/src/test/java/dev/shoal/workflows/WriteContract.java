package dev.shoal.workflows;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Writes {@code contract.json} anew after a deliberate change of a wire record. */
class WriteContract {

  @Test
  void write() throws Exception {
    Path file = Path.of("src/test/resources/contract.json");
    Files.writeString(file, new ContractJsonTest().contract());
  }
}
