package dev.shoal.worker.runs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.worker.wiring.TemporalConnection;
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
 * @param type name of the activity
 * @param started whether a worker is at it
 * @param attempt from 1
 * @param heartbeat details of its last heartbeat
 * @param lastFailure message of the attempt before; empty if there was none
 */
record PendingActivity(
    String run,
    String type,
    boolean started,
    int attempt,
    Optional<JsonNode> heartbeat,
    String lastFailure) {

  static List<PendingActivity> of(
      String run, WorkflowExecutionDescription description, TemporalConnection temporal) {
    return description.getRawDescription().getPendingActivitiesList().stream()
        .map(info -> of(run, info, temporal))
        .toList();
  }

  private static PendingActivity of(
      String run, PendingActivityInfo info, TemporalConnection temporal) {
    return new PendingActivity(
        run,
        info.getActivityType().getName(),
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

  /** Phase, step, loss, speed and time left, as far as the activity says them. */
  String describe() {
    List<String> parts = new ArrayList<>(List.of(run.isEmpty() ? type : run + ": " + type));
    heartbeat.ifPresent(details -> describe(details, parts));
    if (attempt > 1) {
      parts.add("attempt " + attempt + (started ? "" : " soon: " + firstLine(lastFailure)));
    }
    return String.join(" · ", parts);
  }

  private static void describe(JsonNode details, List<String> parts) {
    String total = details.path("totalSteps").asText("");
    text(details, "phase").ifPresent(parts::add);
    text(details, "step").ifPresent(step -> parts.add(total.isEmpty() ? step : step + "/" + total));
    number(details, "loss").ifPresent(loss -> parts.add(format("loss %.3f", loss)));
    number(details, "tokensPerSecond")
        .ifPresent(speed -> parts.add(format("%,.0f tokens/s", speed)));
    number(details, "etaSeconds").ifPresent(eta -> parts.add(words(eta) + " left"));
  }

  private static Optional<String> text(JsonNode details, String field) {
    return Optional.of(details.path(field).asText("")).filter(text -> !text.isEmpty());
  }

  private static Optional<Double> number(JsonNode details, String field) {
    return Optional.of(details.path(field)).filter(JsonNode::isNumber).map(JsonNode::doubleValue);
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
