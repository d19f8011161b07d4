package dev.shoal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import picocli.CommandLine;

/** The examples in every command's help, run as they stand there in a stack that is up. */
final class Examples {

  /** What is not run here, and why; that it is understood is still checked. */
  private static final Map<String, String> UNDERSTOOD =
      Map.of(
          "worker", "works until it is stopped; SharedWorkTest and others start it",
          "codec", "answers until it is stopped; CodecServerTest",
          "sample", "trains for minutes",
          "test", "is the launcher's");

  private static final List<String> FIRST =
      List.of("up", "status", "doctor", "logs", "migrate", "quickstart", "plan", "run");

  private static final List<String> STEERING = List.of("pause", "unpause", "cancel");

  private final TestHome home;
  private final List<String> script = new ArrayList<>();
  private final List<String> prepared = new ArrayList<>();

  /**
   * @param request of the run that the examples are about
   */
  Examples(TestHome home, String request) throws IOException {
    this.home = home;
    String legal = request.replace("name: pico", "name: legal-moe");
    home.request("legal-moe.yaml", legal);
    Path quickstart = home.request("quickstart.yaml", legal);
    Path sample = Files.createDirectories(quickstart.resolveSibling("ops").resolve("sample"));
    Files.move(quickstart, sample.resolve("quickstart.yaml")); // as large as the test's
    Files.copy(
        TestHome.sample().resolve("tasks").resolve("steps.jsonl"),
        home.request("arc_easy.jsonl", ""),
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** The commands that a person can type, with the words before their name. */
  static Stream<CommandLine> commands(CommandLine shoal) {
    return shoal.getSubcommands().values().stream()
        .flatMap(command -> Stream.concat(Stream.of(command), commands(command)));
  }

  /** The lines of a command's help that can be typed. */
  static List<String> of(CommandLine command) {
    return Arrays.stream(command.getCommandSpec().usageMessage().footer())
        .map(String::strip)
        .filter(line -> line.startsWith("shoal "))
        .toList();
  }

  /** A test of each example; all have been run when this returns. */
  Stream<DynamicTest> tests() {
    List<String> all =
        commands(Shoal.commandLine()).flatMap(c -> of(c).stream()).distinct().toList();
    write(all);
    List<TestHome.Ran> ran = home.typed(script);
    Stream<DynamicTest> run =
        script.stream()
            .filter(line -> !prepared.contains(line))
            .map(line -> dynamicTest(line, () -> check(ran.get(script.indexOf(line)))));
    Stream<DynamicTest> understood =
        all.stream()
            .filter(line -> UNDERSTOOD.containsKey(command(line)))
            .map(
                line ->
                    dynamicTest(
                        "%s (%s)".formatted(line, UNDERSTOOD.get(command(line))),
                        () -> Shoal.commandLine().parseArgs(Typed.words(line))));
    return Stream.concat(run, understood);
  }

  /** In an order in which each finds what it needs. */
  private void write(List<String> all) {
    FIRST.forEach(command -> add(all, command));
    prepare("shoal run legal-moe.yaml --set name=legal-half");
    prepare("shoal store tag legal-v1 legal-half");
    List<String> last = new ArrayList<>(STEERING);
    last.addAll(List.of("fork", "resume", "down"));
    all.stream()
        .filter(line -> !UNDERSTOOD.containsKey(command(line)))
        .filter(line -> !FIRST.contains(command(line)) && !last.contains(command(line)))
        .forEach(script::add);
    add(all, "fork");
    prepare("shoal cancel legal-moe-fork --json");
    prepare("shoal run legal-moe.yaml --detach --set training.expert_tokens=1e9");
    STEERING.forEach(command -> add(all, command));
    prepare("shoal watch legal-moe --json");
    add(all, "resume");
    prepare("shoal cancel legal-moe --json");
    add(all, "down");
  }

  private void add(List<String> all, String command) {
    all.stream().filter(line -> command(line).equals(command)).forEach(script::add);
  }

  private void prepare(String line) {
    prepared.add(line);
    script.add(line);
  }

  private static String command(String line) {
    return Typed.words(line)[0];
  }

  private static void check(TestHome.Ran ran) {
    assertThat(ran.exit()).as("%s%n%s", ran.out(), ran.err()).isZero();
    assertThat(ran.out()).isNotBlank();
    assertThat(ran.err()).isEmpty();
  }
}
