package dev.shoal.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The architecture")
class ArchitectureTest {

  /** The whole of it: a module may use what stands to its right, and nothing else of ours. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.of(
          "models", Set.of(),
          "workflows", Set.of(),
          "migrations", Set.of(),
          "activities", Set.of("models", "workflows", "migrations"),
          "worker", Set.of("models", "workflows", "migrations", "activities"));

  private static final JavaClasses SHOAL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.shoal");

  @ParameterizedTest(name = "lets {0} use only what stands below it")
  @ValueSource(strings = {"models", "workflows", "migrations", "activities", "worker"})
  void modules(String module) {
    String[] forbidden =
        MAY_USE.keySet().stream()
            .filter(other -> !other.equals(module) && !MAY_USE.get(module).contains(other))
            .map(other -> "dev.shoal." + other + "..")
            .toArray(String[]::new);
    if (forbidden.length > 0) {
      noClasses()
          .that()
          .resideInAPackage("dev.shoal." + module + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(forbidden)
          .check(SHOAL);
    }
  }

  @Test
  @DisplayName("keeps orchestration, SQL and the network out of models; DuckDB reads corpora alone")
  void modelsArePure() {
    noClasses()
        .that()
        .resideInAPackage("dev.shoal.models..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.temporal..", "org.jdbi..", "java.net.http..")
        .check(SHOAL);
    noClasses()
        .that()
        .resideInAPackage("dev.shoal.models..")
        .and()
        .resideOutsideOfPackage("dev.shoal.models.corpus..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "javax.sql..")
        .check(SHOAL);
  }

  @Test
  @DisplayName("lets a replay take the same path: no files, threads or clocks in workflows")
  void workflowsAreDeterministic() {
    noClasses()
        .that()
        .resideInAPackage("dev.shoal.workflows")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io..", "java.nio..", "java.util.concurrent..", "ai.djl..", "java.sql..")
        .check(SHOAL);
    noClasses()
        .that()
        .resideInAPackage("dev.shoal.workflows..")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.util.UUID.class, "randomUUID")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .check(SHOAL);
  }

  @Test
  @DisplayName("has no dumping grounds")
  void noDumpingGrounds() {
    classes()
        .should()
        .haveNameNotMatching(".*(Utils?|Helpers?|Misc|Common|Manager)(\\$.*)?")
        .check(SHOAL);
    noClasses().should().resideInAnyPackage("..util..", "..helper..", "..common..").check(SHOAL);
  }

  @Test
  @DisplayName("keeps arrays of an engine out of static fields")
  void noStaticArrays() {
    noFields().that().areStatic().should().haveRawType("ai.djl.ndarray.NDArray").check(SHOAL);
  }

  @Test
  @DisplayName("has no cycles between packages")
  void noCycles() {
    slices().matching("dev.shoal.(*).(*)..").should().beFreeOfCycles().check(SHOAL);
  }
}
