package dev.shoal.workflows.request;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * From JSON text to a resolved request: parse, lay the request over its recipe, bind it to the
 * records, check the rules. Mistakes are collected and reported together.
 */
public final class RequestReader {

  /** A history takes 2 MiB in one piece; a thousand data sets take a tenth of this. */
  static final int LONGEST = 1 << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /** Makes one entry per data set out of a folder; the only part that needs files. */
  @FunctionalInterface
  public interface DatasetFolder {
    /** Entries with {@code name} and {@code path}, in a fixed order. */
    List<ObjectNode> list(String folder);
  }

  private RequestReader() {}

  /**
   * A request as far as it could be read.
   *
   * @param request components with a mistake are null; null itself where nothing could be bound
   * @param problems every mistake that shows without looking at the files it names
   */
  public record Reading(ReconstructionRequest request, List<Problem> problems) {

    /** Keeps its own copy. */
    public Reading {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Reads a request.
   *
   * @throws InvalidRequestException naming every mistake
   */
  public static ReconstructionRequest read(String json, DatasetFolder folders) {
    Reading reading = examine(json, folders);
    if (!reading.problems().isEmpty()) {
      throw new InvalidRequestException(reading.problems());
    }
    return reading.request();
  }

  /**
   * Reads a request and keeps going at mistakes, so that a caller can add those in the files.
   *
   * @throws InvalidRequestException if it is not one JSON object
   */
  public static Reading examine(String json, DatasetFolder folders) {
    List<Problem> problems = new ArrayList<>();
    ObjectNode given = expandFolder(parse(json, "model and datasets"), folders);
    ObjectNode merged = overlay(defaults(given, problems), given);
    ReconstructionRequest request =
        new RecordBinder(problems).bind(merged, ReconstructionRequest.class, "");
    if (problems.isEmpty()) {
      problems.addAll(RequestRules.check(request));
    }
    return new Reading(request, problems);
  }

  private static ObjectNode defaults(ObjectNode given, List<Problem> problems) {
    ObjectNode defaults = Recipe.defaults(recipeOf(given, problems));
    new ExpertDefaults(given).adapt(defaults);
    return defaults;
  }

  /** One object; it is told what belongs into it. */
  static ObjectNode parse(String json, String content) {
    if (json.length() > LONGEST) {
      throw wrong(
          "found %d characters, expected at most %d; give datasets as a folder"
              .formatted(json.length(), LONGEST));
    }
    try {
      JsonNode tree = JSON.readTree(json);
      if (tree instanceof ObjectNode object) {
        return object;
      }
      String found =
          tree == null || tree.isNull() || tree.isMissingNode()
              ? "nothing"
              : RecordBinder.describe(tree);
      throw wrong("found " + found + ", expected one JSON object with " + content);
    } catch (JsonProcessingException e) {
      throw wrong("cannot be read as JSON: " + e.getOriginalMessage() + place(e.getLocation()));
    } catch (NumberFormatException e) { // Jackson lets those of exponents through
      throw wrong("cannot be read as JSON: an exponent of a number has more than 10 digits");
    }
  }

  /** Empty where one of the parser's own limits is passed, which has no place. */
  private static String place(JsonLocation at) {
    return at == null ? "" : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
  }

  private static InvalidRequestException wrong(String message) {
    return new InvalidRequestException(List.of(new Problem("request", message)));
  }

  private static ObjectNode expandFolder(ObjectNode given, DatasetFolder folders) {
    JsonNode datasets = given.path("datasets");
    if (!datasets.isTextual()) {
      return given;
    }
    ArrayNode entries = given.putArray("datasets");
    folders.list(datasets.textValue()).forEach(entries::add);
    return given;
  }

  private static String recipeOf(ObjectNode given, List<Problem> problems) {
    JsonNode recipe = given.path("recipe");
    if (recipe.isMissingNode() || Recipe.NAMES.contains(recipe.asText())) {
      return recipe.asText(Recipe.newest());
    }
    problems.add(
        new Problem(
            "recipe",
            "found %s, which is no recipe; there are %s"
                .formatted(recipe, String.join(", ", Recipe.NAMES))));
    given.put("recipe", Recipe.newest());
    return Recipe.newest();
  }

  /** The given values win; objects are merged, lists and scalars replaced. */
  static ObjectNode overlay(ObjectNode defaults, ObjectNode given) {
    given
        .properties()
        .forEach(
            field -> {
              JsonNode below = defaults.get(field.getKey());
              boolean both = below instanceof ObjectNode && field.getValue() instanceof ObjectNode;
              defaults.set(
                  field.getKey(),
                  both
                      ? overlay((ObjectNode) below, (ObjectNode) field.getValue())
                      : field.getValue());
            });
    return defaults;
  }
}
