package dev.shoal.workflows.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a comparison may hold, as far as its runs' requests need not be known for that. */
final class ComparisonRules {

  /** What makes runs comparable. */
  private static final List<String> COMMON = List.of("model", "datasets", "evaluation");

  /** Where a request has a seed. */
  static final List<String> SEEDED = List.of("calibration", "training");

  private final ComparisonRequest comparison;
  private final List<Problem> problems = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Map<ObjectNode, String> asked = new HashMap<>();

  private ComparisonRules(ComparisonRequest comparison) {
    this.comparison = comparison;
  }

  static List<Problem> check(ComparisonRequest comparison) {
    ComparisonRules rules = new ComparisonRules(comparison);
    rules.head();
    for (int i = 0; i < comparison.variations().size(); i++) {
      rules.variation(i);
    }
    return rules.problems;
  }

  private void head() {
    require(comparison.version() == 1, "version", "found " + comparison.version() + ", expected 1");
    name("name", comparison.name());
    require(
        !comparison.base().has("name"),
        "base.name",
        "found a name, expected none; the runs have the names of the variations");
    require(!comparison.variations().isEmpty(), "variations", "found none, expected at least one");
    require(
        new HashSet<>(comparison.seeds()).size() == comparison.seeds().size(),
        "seeds",
        "found one twice, expected each only once");
    seeds("base", comparison.base());
  }

  private void variation(int index) {
    ObjectNode variation = comparison.variations().get(index);
    String place = place(index);
    String name = name(variation);
    name(place + ".name", name);
    require(
        names.add(name),
        place + ".name",
        "found %s, expected a name used only once".formatted(name));
    String twin = asked.putIfAbsent(changes(variation), name);
    if (twin != null) {
      add(place, "asks for the same as %s; leave one out".formatted(twin));
    }
    COMMON.stream()
        .filter(variation::has)
        .forEach(
            field ->
                add(
                    place + "." + field,
                    "belongs to the base alone, since all runs of a comparison begin from one model"
                        + " and are judged on the same text; move it there"));
    seeds(place, variation);
  }

  /** Where the comparison chooses the seeds, nothing else does. */
  private void seeds(String place, ObjectNode request) {
    for (String field : SEEDED) {
      require(
          comparison.seeds().isEmpty() || !request.path(field).has("seed"),
          "%s.%s.seed".formatted(place, field),
          "contradicts seeds, with each of which every variation is run; leave one of them out");
    }
  }

  /** Where a variation is, as problems name it. */
  static String place(int index) {
    return "variations[" + index + "]";
  }

  static String name(ObjectNode variation) {
    return variation.path("name").asText("");
  }

  private static ObjectNode changes(ObjectNode variation) {
    return variation.deepCopy().without("name");
  }

  private void name(String field, String name) {
    require(
        RequestRules.NAME.matcher(name).matches(),
        field,
        "found %s, expected %s"
            .formatted(name.isEmpty() ? "nothing" : name, RequestRules.NAME_RULE));
  }

  private void require(boolean holds, String field, String message) {
    if (!holds) {
      add(field, message);
    }
  }

  private void add(String field, String message) {
    problems.add(new Problem(field, message));
  }
}
