package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.workflows.stages.RunActivities.End;
import io.temporal.common.converter.RawValue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A start with a wrong payload fails readably and is recorded")
class BadPayloadTest {

  private static final String EXAMPLE =
      ": send one JSON object such as {\"model\":\"/models/my-llama\",\"datasets\":\"/corpora\"}";
  private static final String MISTAKE = "The request has a mistake:\n- ";

  private static PlotEnvironment plot;

  @BeforeAll
  static void open() {
    plot = new PlotEnvironment();
  }

  @AfterAll
  static void close() {
    plot.close();
  }

  static Stream<Arguments> payloads() {
    RawValue good = PlotEnvironment.payload("json/plain", PlotEnvironment.SHORT);
    return Stream.of(
        Arguments.of("nothing", new Object[0], "The request is empty" + EXAMPLE),
        Arguments.of("null", new Object[] {null}, "The request is null" + EXAMPLE),
        Arguments.of(
            "a second argument",
            new Object[] {good, PlotEnvironment.payload("json/plain", "{}")},
            "There are two arguments" + EXAMPLE),
        Arguments.of(
            "json/protobuf",
            new Object[] {PlotEnvironment.payload("json/protobuf", PlotEnvironment.SHORT)},
            "The request is encoded as 'json/protobuf', expected json/plain" + EXAMPLE),
        Arguments.of(
            "no encoding",
            new Object[] {PlotEnvironment.payload("", "{}")},
            "The request is encoded as '', expected json/plain" + EXAMPLE),
        Arguments.of(
            "too many bytes",
            new Object[] {PlotEnvironment.payload("json/plain", "\u0001".repeat(32_769))},
            "The request has 32769 bytes, expected at most 32768: give datasets as a folder"),
        json("null", "request: found nothing, expected one JSON object with model and datasets"),
        json("[{}]", "request: found a list, expected one JSON object with model and datasets"),
        json(
            "\"/models/llama\"",
            "request: found the text \"/models/llama\", expected one JSON object with model and"
                + " datasets"),
        json("5", "request: found 5, expected one JSON object with model and datasets"),
        json(
            "{\"model\":",
            "request: cannot be read as JSON: Unexpected end-of-input within/between Object entries"
                + " (line 1, column 10)"),
        Arguments.of(
            "{}",
            new Object[] {PlotEnvironment.payload("json/plain", "{}")},
            "The request has 2 mistakes:\n- model: is missing\n- datasets: is missing"));
  }

  private static Arguments json(String text, String mistake) {
    return Arguments.of(
        text, new Object[] {PlotEnvironment.payload("json/plain", text)}, MISTAKE + mistake);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("payloads")
  void isRefused(String name, Object[] arguments, String message) {
    plot.stages.ends.clear();

    assertThat(PlotEnvironment.failureOf(plot.startRaw(arguments)))
        .isEqualTo("InvalidInput: " + message);

    assertThat(plot.stages.ends).hasSize(1);
    End end = plot.stages.ends.get(0);
    assertThat(end.run()).isNull();
    assertThat(end.status()).isEqualTo("FAILED");
    assertThat(end.failureType()).isEqualTo("InvalidInput");
    assertThat(end.message()).isEqualTo(message);
    boolean inspected = message.startsWith("The request has a mistake") || name.equals("{}");
    assertThat(end.requestJson()).isEqualTo(inspected ? text(arguments) : null);
  }

  private static String text(Object[] arguments) {
    return ((RawValue) arguments[0]).getPayload().getData().toStringUtf8();
  }
}
