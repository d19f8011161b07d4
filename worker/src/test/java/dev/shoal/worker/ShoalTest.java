package dev.shoal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

@DisplayName("The shoal command")
class ShoalTest {

  private static final String REFUSED = "127.0.0.1:1";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  private int shoal(String... args) {
    return Shoal.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }

  @Test
  @DisplayName("offers every command of the manual")
  void offersEveryCommand() {
    assertThat(Shoal.commandLine().getSubcommands().keySet())
        .containsExactly(
            ("quickstart up down status logs doctor worker migrate codec plan run watch runs resume"
                    + " pause unpause cancel fork lineage explain compare report metrics evaluate generate sample export"
                    + " verify store bench test completion")
                .split(" "));
  }

  static Stream<CommandLine> commands() {
    return Examples.commands(Shoal.commandLine());
  }

  @ParameterizedTest
  @MethodSource("commands")
  @DisplayName("explains each of them with an example, and answers each in JSON if asked")
  void hasHelpAndJson(CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    assertThat(command.getCommandSpec().optionsMap()).containsKeys("--help", "--json");
    assertThat(shoal(name.replaceFirst("shoal ", "").concat(" --help").split(" "))).isZero();
    assertThat(command.getUsageMessage(CommandLine.Help.Ansi.OFF))
        .startsWith("Usage: " + name)
        .contains("Example:");
    assertThat(Examples.of(command)).isNotEmpty().allMatch(line -> line.startsWith(name));
    assertThat(command.getUsageMessage().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  @DisplayName("ends with 2 and one sentence where it is used wrongly")
  void endsWithTwoWhenUsedWrongly() {
    assertThat(shoal("run")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToNormalizingWhitespace(
            "shoal: Missing required parameter: 'REQUEST'; see `shoal run --help`.");
  }

  @Test
  @DisplayName("proposes the command that was meant")
  void proposesTheCommandThatWasMeant() {
    assertThat(shoal("runn")).isEqualTo(2);
    assertThat(err.toString()).contains("'runn'", "Did you mean: shoal run");
  }

  @Test
  @DisplayName("takes one of --retry, --skip and --abort")
  void takesOneDecision() {
    assertThat(shoal("resume", "legal", "--skip", "--abort")).isEqualTo(2);
    assertThat(err.toString()).startsWith("shoal: --skip, --abort are mutually exclusive");
  }

  @Test
  @DisplayName("writes exactly one line of JSON to stdout, also where it fails")
  void writesOneLineOfJson() {
    assertThat(shoal("run", "/absent.yaml", "--json")).isEqualTo(2);
    assertThat(out.toString())
        .isEqualToIgnoringNewLines(
            "{\"error\":\"/absent.yaml cannot be read; correct the path.\"}");
    assertThat(err.toString()).startsWith("shoal: /absent.yaml cannot be read");
  }

  @Test
  @DisplayName("names all mistakes of a request at once, before it talks to a server")
  void namesAllMistakes() throws Exception {
    Path request = folder.resolve("request.yaml");
    Files.writeString(
        request,
        """
        modle: llama
        datasets: [{name: legal, path: legal.jsonl}]
        experts: {num_experts: 8}
        """);
    assertThat(shoal("run", request.toString(), "--temporal-address", REFUSED)).isEqualTo(2);
    assertThat(err.toString()).contains("modle: unknown field; did you mean model?", "model: ");
  }

  @Test
  @DisplayName("refuses an output folder that holds something, before it starts anything")
  void refusesAFullOutputFolder() throws Exception {
    Files.writeString(folder.resolve("thesis.txt"), "three years of work");
    assertThat(shoal("run", "absent.yaml", "--out", folder.toString())).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToNormalizingWhitespace(
            "shoal: " + folder + " is not empty; choose another folder, or empty it.");
  }

  @Test
  @DisplayName("ends with 1 and a remedy where Temporal does not answer")
  void endsWithOneWithoutTemporal() {
    assertThat(shoal("watch", "shoal/legal/1", "--temporal-address", REFUSED)).isEqualTo(1);
    assertThat(err.toString())
        .isEqualToNormalizingWhitespace(
            "shoal: Temporal at 127.0.0.1:1 does not answer; start it (`shoal up -d` starts a local"
                + " one), or correct TEMPORAL_ADDRESS and TEMPORAL_TLS_*.");
  }

  @Test
  @DisplayName("ends with 2 where payloads are to be decrypted without a key")
  void decryptsNothingWithoutAKey() {
    assertThat(shoal("codec")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToNormalizingWhitespace(
            "shoal: There is nothing to decrypt with; set SHOAL_PAYLOAD_KEYS to the keys that the"
                + " workers have.");
  }

  @Test
  @DisplayName("names the store's commands, and what is wrong with an age or a number of runs")
  void store() {
    assertThat(shoal("store")).isEqualTo(2);
    assertThat(err.toString()).startsWith("shoal: Missing command: ls, du, pin, unpin, tag or gc");
    assertThat(shoal("store", "gc", "--older-than", "a month")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "shoal: --older-than is 'a month'; write a number of days or hours, as in 30d or 12h.");
    assertThat(shoal("store", "gc", "--keep-last", "-1")).isEqualTo(2);
    assertThat(err.toString())
        .contains("shoal: --keep-last is -1; it must be a number of runs, 0 or more.");
    assertThat(shoal("store", "gc", "--artifacts", folder.resolve("absent").toString()))
        .isEqualTo(1);
    assertThat(err.toString()).contains("There is no artifact store at ");
  }

  @Test
  @DisplayName("goes on with a text, and says why it stopped")
  void generates() {
    String sample = Path.of("..", "ops", "sample", "model").toString();
    assertThat(shoal("generate", sample, "SELECT name", "--max-new-tokens", "4")).isZero();
    assertThat(out.toString())
        .startsWith("SELECT name")
        .contains("(4 tokens, ")
        .contains("--max-new-tokens reached)");
    assertThat(shoal("generate", sample, "SELECT name", "--temperature", "-1")).isEqualTo(2);
    assertThat(err.toString()).contains("shoal: temperature is -1.0; it must be a positive number");
    assertThat(shoal("generate", "no-such/model", "x")).isEqualTo(1);
    assertThat(err.toString()).contains("no-such/model is not in the Hugging Face cache");
  }

  @Test
  @DisplayName("measures the machine without a server, one answer for all works")
  void benches() {
    assertThat(
            shoal("bench", "--devices", "cpu", "--tokens", "64", "--steps", "1", "--works", "full"))
        .isZero();
    assertThat(out.toString()).contains("shape tiny; peak ", "full ", " tokens/s ");
    assertThat(shoal("bench", "--devices", "cpu", "--works", "sleep")).isEqualTo(2);
    assertThat(err.toString()).startsWith("shoal: work is 'sleep', expected calibrate, ");
  }

  @Test
  @DisplayName("lets bash complete commands and options, also of the launcher in this folder")
  void completes() throws Exception {
    assertThat(shoal("completion")).isZero();
    Path script = Files.writeString(folder.resolve("shoal.bash"), out.toString());
    assertThat(bash("-n", script.toString())).isEmpty();
    String ask = // without a key pressed, compopt complains
        "source %s; COMP_WORDS=(%s) COMP_CWORD=%d; $(complete -p shoal | sed 's/.*-F //;s/ .*//')"
            + " 2>/dev/null; echo ${COMPREPLY[*]}";
    assertThat(bash("-c", ask.formatted(script, "./shoal wat", 1))).isEqualTo("watch");
    assertThat(bash("-c", ask.formatted(script, "./shoal store ta", 2))).isEqualTo("tag");
    assertThat(bash("-c", ask.formatted(script, "./shoal run --det", 2))).isEqualTo("--detach");
  }

  private static String bash(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash"));
    command.addAll(List.of(arguments));
    Process bash = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }
}
