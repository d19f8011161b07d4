package dev.shoal.workflows.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;

@DisplayName("A text that is sent as")
class RequestFuzz {

  /** Longest message; a history holds it. */
  private static final int LONGEST = 100_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  @FuzzTest
  @DisplayName("a request is resolved and reads the same again, or is refused by name")
  void request(byte[] bytes) throws JsonProcessingException {
    try {
      ReconstructionRequest request = Requests.read(text(bytes));
      assertThat(Requests.read(JSON.writeValueAsString(request))).isEqualTo(request);
      assertThat(request.experts().width().toPlainString().length()).isLessThan(LONGEST);
    } catch (InvalidRequestException refusal) {
      check(refusal);
    }
  }

  @FuzzTest
  @DisplayName("a comparison stands for runs that fit into a payload, or is refused by name")
  void comparison(byte[] bytes) {
    try {
      ComparisonReader.Members members = ComparisonReader.read(text(bytes), RequestFuzz::problems);
      int length = members.runs().stream().mapToInt(run -> run.request().toString().length()).sum();
      assertThat(length).isLessThanOrEqualTo(ComparisonReader.LIMIT_BYTES);
    } catch (InvalidRequestException refusal) {
      check(refusal);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static List<Problem> problems(String run) {
    return RequestReader.examine(run, Requests::folder).problems();
  }

  private static void check(InvalidRequestException refusal) {
    assertThat(refusal.problems()).isNotEmpty();
    assertThat(refusal.getMessage().length()).isLessThan(LONGEST);
    assertThat(refusal.getMessage().chars().noneMatch(RequestFuzz::movesTheCursor)).isTrue();
  }

  private static boolean movesTheCursor(int letter) {
    return Character.isISOControl(letter) && letter != '\n';
  }
}
