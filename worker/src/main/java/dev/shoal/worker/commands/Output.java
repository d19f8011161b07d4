package dev.shoal.worker.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.worker.runs.BarScreen;
import dev.shoal.worker.runs.LineScreen;
import dev.shoal.worker.runs.Screen;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command prints: words for people, or one line of JSON for programs. */
final class Output {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(names = "--json", description = "One line of JSON on stdout; all else on stderr.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  /** Whether a program reads stdout. */
  boolean isJson() {
    return json;
  }

  /** For people; on stderr where a program reads stdout. */
  void say(String text) {
    PrintWriter out = writer();
    out.println(text);
    out.flush();
  }

  /** As {@link #say}, a part of a line, shown at once. */
  void write(String text) {
    PrintWriter out = writer();
    out.print(text);
    out.flush();
  }

  /** The answer to a program; people have been told in words. */
  void answer(ObjectNode answer) {
    if (json) {
      PrintWriter out = command.commandLine().getOut();
      out.println(line(answer));
      out.flush();
    }
  }

  /** An empty object. */
  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A record as an object, its nulls kept. */
  static ObjectNode object(Record value) {
    return JSON.valueToTree(value);
  }

  private static String line(ObjectNode answer) {
    try {
      return JSON.writeValueAsString(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** For progress: bars on a terminal, else lines. */
  Screen screen() {
    Optional<Screen> bars = json ? Optional.empty() : BarScreen.open();
    return bars.orElseGet(() -> new LineScreen(writer()));
  }

  private PrintWriter writer() {
    return json ? command.commandLine().getErr() : command.commandLine().getOut();
  }
}
