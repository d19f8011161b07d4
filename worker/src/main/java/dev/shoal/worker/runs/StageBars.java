package dev.shoal.worker.runs;

import dev.shoal.worker.runs.StageBar.State;
import dev.shoal.workflows.Progress;
import dev.shoal.workflows.Progress.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** From stages and what is being worked on to bars; stages that differ in their data share one. */
final class StageBars {

  /** Between the name of a stage and that of its data set or model. */
  private static final String OF = " · ";

  private static final Set<String> FINISHED = Set.of("COMPUTED", "REUSED", "SKIPPED");

  private final Pace pace = new Pace();

  /**
   * Bars in the order in which stages began.
   *
   * @param nanos the time, as of {@link System#nanoTime}
   */
  List<StageBar> of(Progress progress, List<PendingActivity> pending, long nanos) {
    Map<String, List<Stage>> alike =
        progress.stages().stream()
            .collect(
                Collectors.groupingBy(
                    stage -> stage.name().split(OF, 2)[0],
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<PendingActivity> left = new ArrayList<>(pending);
    List<StageBar> bars = new ArrayList<>();
    alike.forEach(
        (name, stages) -> {
          List<PendingActivity> work =
              state(stages) == State.RUNNING ? taken(name, left) : List.of();
          bars.add(bar(name, stages, work, nanos));
        });
    left.stream()
        .filter(PendingActivity::wasStarted)
        .map(work -> new StageBar(work.stage(), State.RUNNING, 0, 0, work.trouble().orElse("")))
        .forEach(bars::add);
    return bars;
  }

  /** The second of two exports says that it is one. */
  private static List<PendingActivity> taken(String name, List<PendingActivity> left) {
    List<PendingActivity> work =
        left.stream()
            .filter(a -> a.run().equals(name) || (a.run().isEmpty() && isOf(a.stage(), name)))
            .toList();
    left.removeAll(work);
    return work;
  }

  private static boolean isOf(String activity, String name) {
    return name.equals(activity) || (activity.equals("export") && name.startsWith("export "));
  }

  private StageBar bar(String name, List<Stage> stages, List<PendingActivity> work, long nanos) {
    State state = state(stages);
    if (stages.size() > 1) {
      return several(name, state, stages, work, nanos);
    }
    Stage stage = stages.get(0);
    if (state != State.RUNNING) {
      boolean finished = state == State.DONE;
      return new StageBar(name, state, 0, 0, finished ? outcome(stage) : firstLine(stage));
    }
    return work.size() == 1 && work.get(0).run().isEmpty()
        ? single(name, work.get(0), nanos)
        : new StageBar(name, state, 0, 0, words(work));
  }

  private StageBar single(String name, PendingActivity work, long nanos) {
    double done = work.number("step").orElse(0.0);
    double total = Math.max(0, work.number("totalSteps").orElse(0.0));
    List<String> notes = new ArrayList<>();
    if (work.started()) {
      work.part().ifPresent(notes::add);
      List<String> said = work.speed();
      notes.addAll(said);
      if (said.isEmpty()) {
        boolean whole = work.isWholeStage(); // what comes after a part of it is not known
        String measured = whole ? name : name + work.part().orElse("");
        pace.words(measured, done, whole ? total : 0, nanos).ifPresent(notes::add);
      }
    }
    work.trouble().ifPresent(notes::add);
    return new StageBar(name, State.RUNNING, done, total, String.join(OF, notes));
  }

  private StageBar several(
      String name, State state, List<Stage> stages, List<PendingActivity> work, long nanos) {
    long finished = stages.stream().filter(stage -> FINISHED.contains(stage.state())).count();
    if (state != State.RUNNING) {
      String note =
          state == State.DONE
              ? outcomes(stages)
              : stages.stream()
                  .filter(stage -> state(List.of(stage)) == state)
                  .map(StageBars::named)
                  .collect(Collectors.joining(", "));
      return new StageBar(name, state, finished, stages.size(), note);
    }
    double done = finished + work.stream().mapToDouble(PendingActivity::share).sum();
    List<String> notes = new ArrayList<>();
    long running = work.stream().filter(PendingActivity::started).count();
    notes.add(running == 0 ? "waits for a worker" : running + " running");
    work.stream()
        .filter(activity -> activity.attempt() > 1)
        .flatMap(activity -> activity.trouble().stream())
        .limit(1)
        .forEach(notes::add);
    if (running > 0) {
      pace.words(name, done, stages.size(), nanos).ifPresent(notes::add);
    }
    return new StageBar(name, state, done, stages.size(), String.join(OF, notes));
  }

  /** The state that a person should know of first. */
  private static State state(List<Stage> stages) {
    List<String> states = stages.stream().map(Stage::state).toList();
    return Stream.of(State.NEEDS_ATTENTION, State.FAILED, State.PAUSED, State.RUNNING)
        .filter(state -> states.contains(state.name()))
        .findFirst()
        .orElse(State.DONE);
  }

  private static String named(Stage stage) {
    return stage.name().substring(stage.name().indexOf(OF) + OF.length());
  }

  private static String outcomes(List<Stage> stages) {
    return stages.stream()
        .collect(Collectors.groupingBy(Stage::state, LinkedHashMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(entry -> entry.getValue() + " " + lower(entry.getKey()))
        .collect(Collectors.joining(", "));
  }

  private static String outcome(Stage stage) {
    String note = firstLine(stage);
    return note.isEmpty() ? lower(stage.state()) : lower(stage.state()) + " " + note;
  }

  private static String firstLine(Stage stage) {
    return stage.note().lines().findFirst().orElse("");
  }

  private static String lower(String state) {
    return state.toLowerCase(Locale.ROOT);
  }

  /** Of a run among several. */
  private static String words(List<PendingActivity> work) {
    return work.stream()
        .filter(PendingActivity::wasStarted)
        .map(PendingActivity::describeWork)
        .collect(Collectors.joining(" | "));
  }
}
