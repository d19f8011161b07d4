package dev.shoal.models.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * Which tokens have a role, and which are put around a text.
 *
 * <p>A role's token is the one that {@code tokenizer_config.json} names, else the id in {@code
 * config.json}, the first where there are several; but what the template in {@code tokenizer.json}
 * puts in front is the begin. Begin and end are added if the template in {@code tokenizer.json}
 * adds them, else as {@code tokenizer_config.json} says.
 *
 * @param bos null for none
 * @param eos null for none
 * @param unknown null for none
 * @param pad null for none
 */
record SpecialIds(
    Integer bos, Integer eos, Integer unknown, Integer pad, boolean addBos, boolean addEos) {

  /**
   * Reads them.
   *
   * @param addBosUnsaid whether begin is added where no file says anything
   */
  static SpecialIds of(TokenizerFiles files, boolean addBosUnsaid) {
    JsonNode template = template(files.tokenizer().path("post_processor"));
    Integer first = special(files, template.path(0));
    Integer last = special(files, template.path(template.size() - 1));
    Integer bos = first == null ? role(files, "bos") : first;
    Integer eos = role(files, "eos");
    if (last != null && !last.equals(eos)) {
      throw TokenizerFiles.refusal(
          "its template ends a text with token %d, but llama.cpp can only add the eos token, which is %s; make them the same"
              .formatted(last, eos));
    }
    boolean said = !template.isEmpty();
    boolean addBos = said ? first != null : flag(files, "add_bos_token", addBosUnsaid);
    boolean addEos = said ? last != null : flag(files, "add_eos_token", false);
    return new SpecialIds(
        bos,
        eos,
        role(files, "unk"),
        role(files, "pad"),
        addBos && bos != null,
        addEos && eos != null);
  }

  /** Adds the ids and flags. */
  void putInto(GgufMetadata metadata) {
    metadata
        .put("tokenizer.ggml.bos_token_id", bos)
        .put("tokenizer.ggml.eos_token_id", eos)
        .put("tokenizer.ggml.unknown_token_id", unknown)
        .put("tokenizer.ggml.padding_token_id", pad)
        .put("tokenizer.ggml.add_bos_token", addBos)
        .put("tokenizer.ggml.add_eos_token", addEos);
  }

  /** What stands around a single text; empty where nothing does. */
  private static JsonNode template(JsonNode processor) {
    for (JsonNode inner : processor.path("processors")) {
      JsonNode found = template(inner);
      if (!found.isEmpty()) {
        return found;
      }
    }
    boolean isTemplate = processor.path("type").asText().equals("TemplateProcessing");
    return isTemplate ? processor.path("single") : MissingNode.getInstance();
  }

  private static Integer special(TokenizerFiles files, JsonNode element) {
    return element.has("SpecialToken")
        ? id(files, element.path("SpecialToken").path("id").asText())
        : null;
  }

  private static boolean flag(TokenizerFiles files, String field, boolean unsaid) {
    return files.settings().path(field).asBoolean(unsaid);
  }

  private static Integer role(TokenizerFiles files, String role) {
    JsonNode named = files.settings().path(role + "_token");
    JsonNode text = named.isObject() ? named.path("content") : named;
    Integer id = text.isTextual() ? id(files, text.textValue()) : null;
    if (id != null) {
      return id;
    }
    JsonNode listed = files.config().path(role + "_token_id");
    JsonNode single = listed.isArray() ? listed.path(0) : listed;
    return single.isInt() ? (Integer) single.intValue() : null;
  }

  private static Integer id(TokenizerFiles files, String content) {
    for (JsonNode added : files.tokenizer().path("added_tokens")) {
      if (added.path("content").asText().equals(content)) {
        return added.path("id").intValue();
      }
    }
    JsonNode known = files.model().path("vocab").path(content);
    return known.isInt() ? (Integer) known.intValue() : null;
  }
}
