package dev.shoal.activities.report;

import dev.shoal.activities.report.ReportData.Judged;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What was made, and how good it is. */
final class QualitySections {

  private QualitySections() {}

  static Section summary(ReportData data) {
    Section section = new Section("summary", "What was made");
    String description = data.subject().description();
    if (description != null && !description.isBlank()) {
      section.text(description);
    }
    section.text(made(data) + " " + good(data) + " " + last(data));
    if (!data.models().isEmpty()) {
      section.table("Models on the way", sizes(data.models()));
    }
    return section;
  }

  private static String made(ReportData data) {
    String method = data.subject().method();
    String how =
        method == null ? "" : " Its experts come from the dense model by %s.".formatted(method);
    Judged last = mixture(data);
    if (last == null) {
      return "A sparse mixture of experts was to be made of a dense model." + how;
    }
    String experts =
        last.use().isEmpty()
            ? "experts"
            : "%d experts in every layer".formatted(last.use().values().iterator().next().size());
    String size =
        last.parameters() == null
            ? ""
            : " The mixture has %s parameters, of which a token uses %s."
                .formatted(count(last.parameters()), count(last.active()));
    return "A sparse mixture of %s was made of a dense model.".formatted(experts) + how + size;
  }

  private static String good(ReportData data) {
    Judged last = mixture(data);
    Judged dense = model(data, "dense");
    if (last == null || last.mean() == null) {
      return "No mixture has been judged.";
    }
    if (dense == null || dense.mean() == null) {
      return "The perplexity of the %s model is %s, the geometric mean over data sets."
          .formatted(last.model(), Chart.number(last.mean()));
    }
    return "The perplexity of the %s model, the geometric mean over data sets, is %s where the dense model has %s (%s)."
        .formatted(
            last.model(),
            Chart.number(last.mean()),
            Chart.number(dense.mean()),
            distance(last.mean(), dense));
  }

  private static String last(ReportData data) {
    Judged assembled = model(data, "assembled");
    Judged last = mixture(data);
    String trained =
        assembled == null || last == null || last.equals(assembled) || last.mean() == null
            ? "No trained model was judged."
            : "Before training it was %s.".formatted(Chart.number(assembled.mean()));
    if (data.journal() == null || data.journal().status().equals("SUCCEEDED")) {
      return trained;
    }
    String why = data.journal().failure();
    return trained
        + " The state of the run: %s%s."
            .formatted(
                data.journal().status().toLowerCase(Locale.ROOT).replace('_', ' '),
                why == null ? "" : ", " + why);
  }

  private static Table sizes(List<Judged> models) {
    Judged dense = models.stream().filter(m -> m.model().equals("dense")).findFirst().orElse(null);
    return new Table(
        List.of("model", "parameters", "active", "perplexity", "from dense"),
        models.stream()
            .map(
                m ->
                    List.of(
                        m.model(),
                        count(m.parameters()),
                        count(m.active()),
                        Chart.number(m.mean()),
                        m.equals(dense) ? "" : distance(m.mean(), dense)))
            .toList());
  }

  static Section perplexities(ReportData data) {
    Section section = new Section("perplexity", "Perplexity by data set");
    Set<String> sets = new LinkedHashSet<>();
    data.models().forEach(model -> sets.addAll(model.perplexity().keySet()));
    if (sets.isEmpty()) {
      return section.text("No model has been judged.");
    }
    List<Chart.Bar> bars =
        data.models().stream()
            .map(m -> new Chart.Bar(m.model(), sets.stream().map(m.perplexity()::get).toList()))
            .toList();
    section.text("Per token, on documents kept apart for judging; lower is better.");
    section.chart(
        new Chart.Bars(
            "Perplexity of each model on each data set", "perplexity", List.copyOf(sets), bars));
    List<String> met = new ArrayList<>();
    sets.stream()
        .filter(set -> !data.subject().exposure().getOrDefault(set, "").isEmpty())
        .forEach(set -> met.add(set + " (" + data.subject().exposure().get(set) + ")"));
    return met.isEmpty()
        ? section
        : section.text(
            "Other documents of these data sets also made the experts or the router: %s."
                .formatted(String.join(", ", met)));
  }

  /** Nothing where no task was scored. */
  static Optional<Section> tasks(Table scores) {
    return scores.rows().isEmpty()
        ? Optional.empty()
        : Optional.of(new Section("tasks", "Tasks").table("Scores on tasks", scores));
  }

  /** The last model that is not the dense one; null where there is none. */
  static Judged mixture(ReportData data) {
    return data.models().stream()
        .filter(m -> !m.model().equals("dense"))
        .reduce((before, last) -> last)
        .orElse(null);
  }

  private static Judged model(ReportData data, String name) {
    return data.models().stream().filter(m -> m.model().equals(name)).findFirst().orElse(null);
  }

  private static String distance(Double mean, Judged dense) {
    return mean == null || dense == null || dense.mean() == null
        ? ""
        : String.format(Locale.ROOT, "%+.1f %%", 100 * (mean / dense.mean() - 1));
  }

  private static String count(Long value) {
    return value == null ? "" : String.format(Locale.ROOT, "%,d", value);
  }
}
