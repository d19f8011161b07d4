package dev.shoal.worker.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.shoal.migrations.RunRow;
import dev.shoal.migrations.RunStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The run that a person means")
class RunFinderTest {

  private static final RunRow NEW = run("abcd1111-0000-0000-0000-000000000000", "legal");
  private static final RunRow OLD = run("abcd2222-0000-0000-0000-000000000000", "legal");

  private static RunRow run(String id, String name) {
    return new RunRow(
        UUID.fromString(id),
        "default",
        "shoal/legal/1",
        "first",
        name,
        Optional.empty(),
        List.of(),
        JsonNodeFactory.instance.objectNode(),
        Optional.empty(),
        RunStatus.RUNNING,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Instant.EPOCH,
        Optional.empty());
  }

  @Test
  @DisplayName("is the newest of a name or of a workflow id")
  void isTheNewestOfAName() {
    assertThat(RunFinder.choose("legal", List.of(NEW, OLD))).isSameAs(NEW);
    assertThat(RunFinder.choose("shoal/legal/1", List.of(NEW, OLD))).isSameAs(NEW);
  }

  @Test
  @DisplayName("is the only one whose id begins so; several are named")
  void isTheOnlyOneOfAPrefix() {
    assertThat(RunFinder.choose("abcd1", List.of(NEW))).isSameAs(NEW);
    assertThatThrownBy(() -> RunFinder.choose("abcd", List.of(NEW, OLD)))
        .hasMessage(
            "abcd is ambiguous: abcd1111-0000-0000-0000-000000000000 (legal),"
                + " abcd2222-0000-0000-0000-000000000000 (legal); give more of the id.");
  }

  @Test
  @DisplayName("is missed with a hint where to look")
  void isMissed() {
    assertThatThrownBy(() -> RunFinder.choose("zebra", List.of()))
        .hasMessage("There is no run zebra; `shoal runs` lists them.");
  }
}
