package dev.shoal.workflows.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shoal.workflows.request.ComparisonReader.Member;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The request of a comparison")
class ComparisonReaderTest {

  private static final String BASE =
      """
      {"model": "/m", "datasets": "/corpora", "experts": {"num_experts": 4, "width": 0.5}}""";

  @Test
  @DisplayName("stands for the request of each variation: the base with some fields changed")
  void laysVariationsOverTheBase() {
    List<Member> runs =
        read(BASE, "{\"name\": \"half\"}, {\"name\": \"wide\", \"experts\": {\"width\": 1}}", "")
            .runs();

    assertThat(runs).extracting(Member::name).containsExactly("half", "wide");
    assertThat(runs).extracting(Member::place).containsExactly("variations[0]", "variations[1]");
    assertThat(runs.get(0).request())
        .hasToString(
            "{\"model\":\"/m\",\"datasets\":\"/corpora\","
                + "\"experts\":{\"num_experts\":4,\"width\":0.5},\"name\":\"half\"}");
    assertThat(runs.get(1).request().path("experts"))
        .hasToString("{\"num_experts\":4,\"width\":1}");
  }

  @Test
  @DisplayName("with seeds stands for every variation with each of them")
  void repeatsWithSeeds() {
    List<Member> runs =
        read(
                BASE,
                "{\"name\": \"a\"}, {\"name\": \"b\", \"training\": {\"weights\": \"lora\"}}",
                "3, 5")
            .runs();

    assertThat(runs)
        .extracting(Member::name)
        .containsExactly("a-seed-3", "a-seed-5", "b-seed-3", "b-seed-5");
    assertThat(runs.get(3).request().path("training"))
        .hasToString("{\"weights\":\"lora\",\"seed\":5}");
    assertThat(runs.get(3).request().at("/calibration/seed").asInt()).isEqualTo(5);
    assertThat(runs.get(3).request().path("name").asText()).isEqualTo("b-seed-5");
  }

  @Test
  @DisplayName("is told all of its mistakes before any run is looked at")
  void collectsMistakes() {
    String variations =
        """
        {"name": "a"}, {"name": "a", "experts": {"width": 1}}, {"name": "no name"},
        {"name": "b", "model": "/other", "training": {"seed": 1}}""";

    assertThat(mistakes(BASE.replace("{\"model", "{\"name\": \"x\", \"model"), variations, "1, 1"))
        .isEqualTo(
            """
            The request has 7 mistakes:
            - base.name: found a name, expected none; the runs have the names of the variations
            - seeds: found one twice, expected each only once
            - variations[1].name: found a, expected a name used only once
            - variations[2].name: found no name, expected 1 to 64 letters, digits, dots, dashes or \
            underscores, not starting with a sign
            - variations[2]: asks for the same as a; leave one out
            - variations[3].model: belongs to the base alone, since all runs of a comparison \
            begin from one model and are judged on the same text; move it there
            - variations[3].training.seed: contradicts seeds, with each of which every variation \
            is run; leave one of them out""");
    assertThat(mistakes("{}", "", "")).contains("variations: found none, expected at least one");
    assertThat(refusal("{\"name\": \"c\", \"bases\": {}}"))
        .contains("bases: unknown field; did you mean base?", "base: is missing");
  }

  @Test
  @DisplayName("is told mistakes of its own and of its runs together")
  void tellsBoth() {
    assertThat(
            mistakes(BASE, "{\"name\": \"a\", \"model\": \"/m\", \"experts\": {\"width\": 0}}", ""))
        .startsWith("The request has 2 mistakes:\n- variations[0].model: belongs to the base alone")
        .contains("- variations[0].experts.width: found 0");
  }

  @Test
  @DisplayName("is refused where the requests of its runs do not fit into one payload")
  void refusesTooMuch() {
    String wordy =
        BASE.replace("{\"model", "{\"description\": \"" + "x".repeat(30_000) + "\", \"model");

    assertThat(mistakes(wordy, "{\"name\": \"a\"}", "1, 2, 3, 4, 5, 6, 7, 8"))
        .matches(
            "(?s).*variations: found 8 runs; the requests of the first 8 take 2[34]\\d{4} bytes,"
                + " expected at most 229376 for all of them; give datasets as a folder.*");
  }

  @Test
  @DisplayName("with seeds still names a section that is no object")
  void keepsWrongSections() {
    assertThat(mistakes(BASE, "{\"name\": \"a\", \"training\": 5}", "1"))
        .contains("variations[0].training: found 5, expected an object");
  }

  @Test
  @DisplayName("names a mistake of one run at its variation, and one of all runs at the base")
  void placesMistakes() {
    String variations =
        "{\"name\": \"a\"}, {\"name\": \"b\", \"experts\": {\"by\": \"singel\", \"width\": -1}}";

    assertThat(mistakes(BASE.replace("\"/m\"", "7"), variations, ""))
        .startsWith(
            """
            The request has 2 mistakes:
            - base.model: found 7, expected text in quotes
            - variations[1].experts.by: found the text "singel", expected one of""")
        .endsWith("did you mean single?");
    assertThat(mistakes(BASE, variations.replace("singel", "copy"), ""))
        .isEqualTo(
            """
            The request has a mistake:
            - variations[1].experts.width: found -1, expected a share in (0, 1] or a whole number \
            of channels""");
  }

  private static String mistakes(String base, String variations, String seeds) {
    return refusal(json(base, variations, seeds));
  }

  private static String refusal(String json) {
    InvalidRequestException refusal =
        catchThrowableOfType(InvalidRequestException.class, () -> read(json));
    assertThat(refusal).as("the request is refused").isNotNull();
    return refusal.getMessage();
  }

  private static ComparisonReader.Members read(String base, String variations, String seeds) {
    return read(json(base, variations, seeds));
  }

  private static String json(String base, String variations, String seeds) {
    return "{\"name\": \"c\", \"base\": %s, \"variations\": [%s], \"seeds\": [%s]}"
        .formatted(base, variations, seeds);
  }

  private static ComparisonReader.Members read(String json) {
    return ComparisonReader.read(
        json, request -> RequestReader.examine(request, Requests::folder).problems());
  }
}
