package dev.shoal.worker.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The temporal command")
class TemporalExecutableTest {

  @TempDir private Path temporary;

  @Test
  @DisplayName("of the user comes first")
  void prefersThePath() throws Exception {
    Path own = program("temporal", "exit 0");
    assertThat(temporal().get(line -> {})).isEqualTo(own);
  }

  @Test
  @DisplayName("that cannot be had is explained with the official ways to install it")
  void explains() {
    assertThatThrownBy(() -> temporal().get(line -> {}))
        .isInstanceOf(StackException.class)
        .hasMessage(
            "The command 'temporal' is not on the PATH and there is no python3 either; "
                + TemporalExecutable.HOW_TO_INSTALL
                + ".");
  }

  @Test
  @DisplayName("that pip refuses is explained with pip's words, and nothing half is left as whole")
  void quotesPip() throws Exception {
    program("python3", "echo ERROR: hashes do not match\nexit 1");
    assertThatThrownBy(() -> temporal().get(line -> {}))
        .hasMessageContaining("its installation by pip failed; install it with 'brew install")
        .hasMessageEndingWith("\n  ERROR: hashes do not match");
    assertThat(temporary.resolve("state/temporal")).doesNotExist();
  }

  private TemporalExecutable temporal() {
    StackFolder folder = StackFolder.create(temporary.resolve("state"));
    return new TemporalExecutable(
        folder.resolve("temporal"), temporary.resolve("bin").toString(), folder.log("temporal"));
  }

  private Path program(String name, String script) throws IOException {
    Path file = Files.createDirectories(temporary.resolve("bin")).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
