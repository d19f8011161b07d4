package dev.shoal.workflows;

import dev.shoal.workflows.stages.StageOutcome;
import io.temporal.common.SearchAttributeKey;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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

  private final Map<String, Progress.Stage> stages = new LinkedHashMap<>();
  private String state = "";
  private String runId;
  private String plan = "";

  void opened(String run, String model, String planned) {
    runId = run;
    plan = planned;
    Workflow.upsertTypedSearchAttributes(MODEL.valueSet(model), RUN.valueSet(run));
    show();
  }

  void begin(String stage) {
    put(stage, RUNNING, "");
    Workflow.upsertTypedSearchAttributes(STAGE.valueSet(stage));
  }

  void done(String stage, StageOutcome outcome) {
    put(stage, outcome.reused() ? "REUSED" : "COMPUTED", outcome.note());
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

  void needsAttention(String stage, String reason) {
    put(stage, NEEDS_ATTENTION, reason);
  }

  void state(String next) {
    if (!next.equals(state)) {
      state = next;
      Workflow.upsertTypedSearchAttributes(STATE.valueSet(next));
    }
    show();
  }

  Progress progress() {
    return new Progress(runId, state, new ArrayList<>(stages.values()));
  }

  private void put(String stage, String stageState, String note) {
    stages.put(stage, new Progress.Stage(stage, stageState, note == null ? "" : note));
    show();
  }

  private void show() {
    Workflow.setCurrentDetails(attention() + table() + plan);
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

                Send the update `resumeStage` with `{"stage":"%s","action":"retry"}` (or `skip`, `abort`).

                """
                    .formatted(s.name(), s.note(), s.name()))
        .collect(Collectors.joining());
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
