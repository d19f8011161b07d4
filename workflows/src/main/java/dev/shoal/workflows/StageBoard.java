package dev.shoal.workflows;

import dev.shoal.workflows.stages.StageOutcome;
import dev.shoal.workflows.stages.TrainingProgress;
import io.temporal.common.SearchAttributeKey;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What users see of a run: current details, search attributes and the progress query. */
final class StageBoard {

  static final String RUNNING = "RUNNING";
  static final String PAUSED = "PAUSED";
  static final String NEEDS_ATTENTION = "NEEDS_ATTENTION";
  private static final String FAILED = "FAILED";

  private static final SearchAttributeKey<String> STATE =
      SearchAttributeKey.forKeyword("ShoalState");
  private static final SearchAttributeKey<String> STAGE =
      SearchAttributeKey.forKeyword("ShoalStage");
  private static final SearchAttributeKey<String> MODEL =
      SearchAttributeKey.forKeyword("ShoalModel");
  private static final SearchAttributeKey<String> RUN = SearchAttributeKey.forKeyword("ShoalRun");
  private static final SearchAttributeKey<Double> PERPLEXITY =
      SearchAttributeKey.forDouble("ShoalPerplexity");
  private static final String JUDGED = "evaluate · ";
  private static final String DENSE = JUDGED + "dense";

  /** Runs from before it have no memo. */
  private static final String MEMO = "memo";

  private final Map<String, Progress.Stage> stages = new LinkedHashMap<>();
  private final Map<String, String> alternatives = new HashMap<>();
  private final Map<String, Double> perplexities = new LinkedHashMap<>();
  private String state = "";
  private String runId;
  private String plan = "";
  private String ask = "";

  /**
   * The run has a row now.
   *
   * @param command what answers questions about it, in a terminal
   */
  void opened(String run, String model, String planned, String command) {
    runId = run;
    plan = planned;
    ask = command + " " + run;
    Workflow.upsertTypedSearchAttributes(MODEL.valueSet(model), RUN.valueSet(run));
    if (Workflow.getVersion(MEMO, Workflow.DEFAULT_VERSION, 1) != Workflow.DEFAULT_VERSION) {
      Workflow.upsertMemo(Map.of("run", run, "ask", ask));
    }
    show();
  }

  void begin(String stage) {
    put(stage, RUNNING, "");
    if (stage.startsWith(JUDGED)) {
      perplexities.put(stage, null); // their order is that in which models were made
    }
    Workflow.upsertTypedSearchAttributes(STAGE.valueSet(stage));
  }

  void done(String stage, StageOutcome outcome) {
    judged(stage, outcome.perplexity());
    put(stage, outcome.reused() ? "REUSED" : "COMPUTED", outcome.note());
  }

  /** Sets what runs are sorted by: that of the last mixture that was judged, not the dense one. */
  private void judged(String stage, Double perplexity) {
    if (perplexity == null || !Double.isFinite(perplexity)) {
      return; // older workers say null
    }
    perplexities.put(stage, perplexity);
    perplexities.entrySet().stream()
        .filter(model -> !model.getKey().equals(DENSE) && model.getValue() != null)
        .reduce((before, last) -> last)
        .ifPresent(
            last -> Workflow.upsertTypedSearchAttributes(PERPLEXITY.valueSet(last.getValue())));
  }

  /** Shows how far training is; nothing else depends on it. */
  void trained(TrainingProgress progress) {
    Progress.Stage stage = stages.get(progress.stage());
    if (stage != null && stage.state().equals(RUNNING)) {
      put(progress.stage(), RUNNING, progress.text());
    }
  }

  void skipped(String stage) {
    put(stage, "SKIPPED", "skipped by request");
  }

  void failed(String stage, String reason) {
    put(stage, FAILED, reason);
  }

  void paused(String stage) {
    put(stage, PAUSED, "waits for unpause");
  }

  /**
   * The stage waits for a decision.
   *
   * @param instead what may be done but to retry, for people
   */
  void needsAttention(String stage, String reason, String instead) {
    alternatives.put(stage, instead);
    put(stage, NEEDS_ATTENTION, reason);
  }

  void state(String next) {
    if (!next.equals(state)) {
      state = next;
      Workflow.upsertTypedSearchAttributes(STATE.valueSet(next));
    }
    show();
  }

  String plan() {
    return plan;
  }

  Progress progress() {
    return new Progress(runId, state, new ArrayList<>(stages.values()));
  }

  private void put(String stage, String stageState, String note) {
    stages.put(stage, new Progress.Stage(stage, stageState, note == null ? "" : note));
    show();
  }

  private void show() {
    Workflow.setCurrentDetails(attention() + present() + judgements() + table() + pointer() + plan);
  }

  private String attention() {
    List<Progress.Stage> waiting =
        stages.values().stream().filter(s -> s.state().equals(NEEDS_ATTENTION)).toList();
    return waiting.stream()
        .map(
            s ->
                """
                ### %s needs attention

                %s

                Send the update `resumeStage` with `{"stage":"%s","action":"retry"}` (or %s).

                """
                    .formatted(s.name(), s.note(), s.name(), alternatives.get(s.name())))
        .collect(Collectors.joining());
  }

  private String present() {
    return stages.values().stream()
        .filter(stage -> stage.state().equals(RUNNING))
        .map(s -> s.note().isEmpty() ? s.name() : "%s: %s".formatted(s.name(), s.note()))
        .map("**Now** %s\n\n"::formatted)
        .collect(Collectors.joining());
  }

  private String judgements() {
    Double dense = perplexities.get(DENSE);
    String judged =
        perplexities.entrySet().stream()
            .filter(model -> model.getValue() != null)
            .map(model -> judgement(model.getKey(), model.getValue(), dense))
            .collect(Collectors.joining(" · "));
    return judged.isEmpty() ? "" : "**Perplexity** %s\n\n".formatted(judged);
  }

  private static String judgement(String stage, double perplexity, Double dense) {
    String name = stage.substring(JUDGED.length());
    return dense == null || stage.equals(DENSE)
        ? String.format(Locale.ROOT, "%s %.3f", name, perplexity)
        : String.format(
            Locale.ROOT, "%s %.3f (%+.1f %%)", name, perplexity, 100 * (perplexity / dense - 1));
  }

  private String pointer() {
    return ask.isEmpty() ? "" : "In a terminal: `%s`\n\n".formatted(ask);
  }

  private String table() {
    String head = "| stage | state | note |\n|---|---|---|\n";
    return stages.values().stream()
        .map(s -> "| %s | %s | %s |\n".formatted(s.name(), s.state(), oneLine(s.note())))
        .collect(Collectors.joining("", head, "\n"));
  }

  private static String oneLine(String note) {
    int end = note.indexOf('\n');
    return end < 0 ? note : note.substring(0, end);
  }
}
