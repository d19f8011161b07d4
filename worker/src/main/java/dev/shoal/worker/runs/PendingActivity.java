package dev.shoal.worker.runs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.worker.wiring.TemporalConnection;
import dev.shoal.workflows.Retrain;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.enums.v1.PendingActivityState;
import io.temporal.api.failure.v1.Failure;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.client.WorkflowExecutionDescription;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DataConverterException;
import io.temporal.failure.TemporalFailure;
import io.temporal.payload.codec.PayloadCodecException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An activity that is scheduled or runs, with what it said last.
 *
 * @param run whose it is, where several are watched; empty otherwise
 * @param stage what it works on, as in the table of stages
 * @param started whether a worker is at it
 * @param attempt from 1
 * @param heartbeat details of its last heartbeat
 * @param lastFailure message of the attempt before; empty if there was none
 */
record PendingActivity(
    String run,
    String stage,
    boolean started,
    int attempt,
    Optional<JsonNode> heartbeat,
    String lastFailure) {

  static List<PendingActivity> of(
      String run, WorkflowExecutionDescription description, TemporalConnection temporal) {
    return description.getRawDescription().getPendingActivitiesList().stream()
        .map(info -> of(run, stage(description, info), info, temporal))
        .toList();
  }

  /** A child workflow is called after its stage, an activity's type is its name as in Java. */
  private static String stage(WorkflowExecutionDescription workflow, PendingActivityInfo info) {
    if (workflow.getWorkflowType().equals(Retrain.class.getSimpleName())) {
      String id = workflow.getExecution().getWorkflowId();
      return id.substring(id.lastIndexOf('/') + 1).replace('-', ' ');
    }
    return info.getActivityType()
        .getName()
        .replaceAll("(?=\\p{Upper})", " ")
        .toLowerCase(Locale.ROOT);
  }

  private static PendingActivity of(
      String run, String stage, PendingActivityInfo info, TemporalConnection temporal) {
    return new PendingActivity(
        run,
        stage,
        info.getState() == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED,
        info.getAttempt(),
        info.hasHeartbeatDetails()
            ? details(info.getHeartbeatDetails(), temporal)
            : Optional.empty(),
        info.hasLastFailure() ? message(info.getLastFailure(), temporal) : "");
  }

  /** The message is in encrypted attributes where payloads are encrypted. */
  private static String message(Failure failure, TemporalConnection temporal) {
    try {
      return converter(temporal).failureToException(failure) instanceof TemporalFailure told
          ? told.getOriginalMessage()
          : failure.getMessage();
    } catch (DataConverterException | PayloadCodecException e) {
      return failure.getMessage(); // a display only
    }
  }

  private static DataConverter converter(TemporalConnection temporal) {
    return temporal.client().getOptions().getDataConverter();
  }

  private static Optional<JsonNode> details(Payloads payloads, TemporalConnection temporal) {
    try {
      return Optional.ofNullable(
          converter(temporal)
              .fromPayloads(0, Optional.of(payloads), JsonNode.class, JsonNode.class));
    } catch (DataConverterException | PayloadCodecException e) {
      return Optional.empty(); // a display only
    }
  }

  /** Whether a worker is or was at it. */
  boolean wasStarted() {
    return started || attempt > 1;
  }

  /** What is done of it, from 0 to 1, as far as that is known. */
  double share() {
    double total = number("totalSteps").orElse(0.0);
    return total > 0 ? Math.min(1, number("step").orElse(0.0) / total) : 0;
  }

  /** Run and stage, then {@link #describeWork}. */
  String describe() {
    return run.isEmpty() ? describeWork() : run + ": " + describeWork();
  }

  /** Stage, phase, step, loss, speed and time left, as far as the activity says them. */
  String describeWork() {
    List<String> parts = new ArrayList<>(List.of(stage));
    part().ifPresent(parts::add);
    String total = number("totalSteps").filter(n -> n > 0).map(n -> format("/%,.0f", n)).orElse("");
    number("step").ifPresent(step -> parts.add(format("%,.0f", step) + total));
    parts.addAll(speed());
    trouble().ifPresent(parts::add);
    return String.join(" · ", parts);
  }

  /** Whether its numbers are of all of it: its phase begins with the stage's name then. */
  boolean isWholeStage() {
    return text("phase").map(phase -> phase.startsWith(stage)).orElse(true);
  }

  /** What it does now, where that is more than the stage's name says. */
  Optional<String> part() {
    return text("phase")
        .map(phase -> isWholeStage() ? phase.substring(stage.length()) : phase)
        .map(phase -> phase.replaceFirst("^: ", ""))
        .filter(phase -> !phase.isEmpty());
  }

  /** Loss, speed and time left, where the activity says them. */
  List<String> speed() {
    List<String> parts = new ArrayList<>();
    number("loss").ifPresent(loss -> parts.add(format("loss %.3f", loss)));
    number("tokensPerSecond").ifPresent(speed -> parts.add(format("%,.0f tokens/s", speed)));
    number("etaSeconds").ifPresent(eta -> parts.add(words(eta) + " left"));
    return parts;
  }

  /**
   * That nobody is at it, or that it is not the first attempt, and why where the next one is still
   * to come.
   */
  Optional<String> trouble() {
    return attempt == 1
        ? Optional.of("waits for a worker").filter(waits -> !started)
        : Optional.of("attempt " + attempt + (started ? "" : " soon: " + firstLine(lastFailure)));
  }

  /** A word of the last heartbeat. */
  Optional<String> text(String field) {
    return heartbeat.map(details -> details.path(field).asText("")).filter(t -> !t.isEmpty());
  }

  /** A number of the last heartbeat. */
  Optional<Double> number(String field) {
    return heartbeat
        .map(details -> details.path(field))
        .filter(JsonNode::isNumber)
        .map(JsonNode::doubleValue);
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** A time as people say it. */
  static String words(double seconds) {
    Duration time = Duration.ofSeconds(Math.round(seconds));
    if (time.toMinutes() < 2) {
      return time.toSeconds() + " s";
    }
    return time.toHours() < 2
        ? time.toMinutes() + " min"
        : "%d h %02d min".formatted(time.toHours(), time.toMinutesPart());
  }
}
