package dev.shoal.models.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.checkpoint.AtomicFile;
import dev.shoal.models.checkpoint.CanonicalJson;
import dev.shoal.models.generation.ExactMatchResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code items-TASK.jsonl}: what a model made of every item, one object a line, in the order of the
 * task. Lists have one element for each choice.
 */
public final class ItemsFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ItemsFile() {}

  /** Its name for a task. */
  public static String name(String task) {
    return "items-" + task + ".jsonl";
  }

  /**
   * Writes the file of one result into a folder.
   *
   * @return the file
   */
  public static Path write(Path folder, TaskResult result) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (ItemResult item : result.items()) {
      lines.writeBytes(CanonicalJson.bytes(toJson(item)));
      lines.write('\n');
    }
    for (int i = 0; i < result.answers().size(); i++) {
      String id = result.task().examples().get(i).id();
      lines.writeBytes(CanonicalJson.bytes(toJson(id, result.answers().get(i))));
      lines.write('\n');
    }
    Path file = folder.resolve(name(result.task().spec().name()));
    AtomicFile.write(file, lines.toByteArray());
    return file;
  }

  /** Reads what {@link #write} wrote of a task whose continuations were scored. */
  public static List<ItemResult> read(Path file) {
    List<ItemResult> items = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        items.add(fromJson(JSON.readTree(line)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return items;
  }

  private static ObjectNode toJson(ItemResult item) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", item.id()).put("label", item.label());
    json.put("chosen", item.chosen());
    json.put("chosen_norm", item.chosenByCharacters()).put("chosen_bytes", item.chosenByBytes());
    ArrayNode logLikelihoods = json.putArray("log_likelihoods");
    ArrayNode greedy = json.putArray("greedy");
    ArrayNode tokens = json.putArray("tokens");
    ArrayNode characters = json.putArray("characters");
    ArrayNode bytes = json.putArray("bytes");
    ArrayNode words = json.putArray("words");
    ArrayNode truncated = json.putArray("truncated_tokens");
    for (ItemResult.Choice choice : item.choices()) {
      logLikelihoods.add(choice.logLikelihood());
      greedy.add(choice.greedy());
      tokens.add(choice.tokens());
      characters.add(choice.characters());
      bytes.add(choice.bytes());
      words.add(choice.words());
      truncated.add(choice.truncatedTokens());
    }
    return json;
  }

  /** A generated answer: the whole text, and what each filter found in it. */
  private static ObjectNode toJson(String id, ExactMatchResult.Item item) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", id).put("target", item.target()).put("text", item.text());
    json.put("stop", item.stop().name().toLowerCase(Locale.ROOT));
    json.put("truncated_tokens", item.promptTokensCut());
    ObjectNode answers = json.putObject("answers");
    item.answers()
        .forEach(
            (filter, answer) ->
                answers
                    .putObject(filter)
                    .put("answer", answer.answer())
                    .put("exact_match", answer.right()));
    return json;
  }

  private static ItemResult fromJson(JsonNode json) {
    List<ItemResult.Choice> choices = new ArrayList<>();
    for (int i = 0; i < json.get("log_likelihoods").size(); i++) {
      choices.add(
          new ItemResult.Choice(
              json.get("log_likelihoods").get(i).doubleValue(),
              json.get("greedy").get(i).booleanValue(),
              json.get("tokens").get(i).intValue(),
              json.get("characters").get(i).intValue(),
              json.get("bytes").get(i).intValue(),
              json.get("words").get(i).intValue(),
              json.get("truncated_tokens").get(i).intValue()));
    }
    return new ItemResult(json.get("id").asText(), choices, json.get("label").intValue());
  }
}
