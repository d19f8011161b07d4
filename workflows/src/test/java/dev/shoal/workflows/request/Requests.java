package dev.shoal.workflows.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Requests for tests, and what reading them gives. */
final class Requests {

  /** What is required, a recipe and the number of experts. */
  static final String LEAST =
      """
      {"recipe": "domains-2026.1", "model": "/models/llama",
       "datasets": [{"name": "law", "path": "/c/law"}, {"name": "code", "path": "/c/code"}],
       "experts": {"num_experts": 2}}
      """;

  static ReconstructionRequest read(String json) {
    return RequestReader.read(json, Requests::folder);
  }

  /** /corpora has two data sets, every other folder is empty. */
  static List<ObjectNode> folder(String path) {
    return path.equals("/corpora") ? List.of(entry("law"), entry("code")) : List.of();
  }

  static ObjectNode entry(String name) {
    return JsonNodeFactory.instance.objectNode().put("name", name).put("path", "/corpora/" + name);
  }

  static String mistakes(String json) {
    InvalidRequestException refusal =
        catchThrowableOfType(InvalidRequestException.class, () -> read(json));
    assertThat(refusal).as("the request is refused").isNotNull();
    return refusal.getMessage();
  }

  /** The message for {@link #LEAST} with one more field. */
  static String mistakesWith(String field) {
    return mistakes(with(field));
  }

  static String with(String field) {
    return LEAST.stripTrailing().replaceAll("}$", ", " + field + "}");
  }

  static String one(String problem) {
    return "The request has a mistake:\n- " + problem;
  }

  private Requests() {}
}
