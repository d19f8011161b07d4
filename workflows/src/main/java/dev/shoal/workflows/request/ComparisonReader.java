package dev.shoal.workflows.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** From a comparison's JSON text to the request of every run that it stands for. */
public final class ComparisonReader {

  /** All requests, as text in JSON: they travel in one payload. */
  static final int LIMIT_BYTES = 224 * 1024;

  private ComparisonReader() {}

  /**
   * What a comparison stands for.
   *
   * @param name the comparison's
   * @param runs in the order of the variations, seed by seed
   */
  public record Members(String name, List<Member> runs) {

    /** Keeps its own copy. */
    public Members {
      runs = List.copyOf(runs);
    }
  }

  /**
   * One run.
   *
   * @param name the variation's, with the seed where seeds are given
   * @param place where its variation is in the comparison
   * @param request what it asks for
   */
  public record Member(String name, String place, ObjectNode request) {}

  /** Whether this is a comparison rather than the request of one run. */
  public static boolean isComparison(JsonNode request) {
    return request.has("base") || request.has("variations");
  }

  /**
   * Reads a comparison and examines the request of each run.
   *
   * @param examine gives every mistake in the request of one run
   * @throws InvalidRequestException naming all mistakes; one that every run has is told once
   */
  public static Members read(String json, Function<String, List<Problem>> examine) {
    List<Problem> problems = new ArrayList<>();
    ComparisonRequest comparison =
        new RecordBinder(problems)
            .bind(RequestReader.parse(json, "base and variations"), ComparisonRequest.class, "");
    if (problems.isEmpty()) {
      problems.addAll(ComparisonRules.check(comparison));
    }
    if (comparison == null || comparison.base() == null) {
      throw new InvalidRequestException(problems);
    }
    List<Member> runs = members(comparison);
    Set<String> told = problems.stream().map(Problem::field).collect(Collectors.toSet());
    problems(runs, examine).stream()
        .filter(problem -> !told.contains(problem.field()))
        .forEach(problems::add);
    if (!problems.isEmpty()) {
      throw new InvalidRequestException(problems);
    }
    return new Members(comparison.name(), runs);
  }

  private static List<Member> members(ComparisonRequest comparison) {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < comparison.variations().size(); i++) {
      String place = ComparisonRules.place(i);
      ObjectNode variation = comparison.variations().get(i);
      ObjectNode request =
          RequestReader.overlay(comparison.base().deepCopy(), variation.deepCopy());
      if (comparison.seeds().isEmpty()) {
        members.add(new Member(ComparisonRules.name(variation), place, request));
      }
      comparison.seeds().forEach(seed -> members.add(seeded(request.deepCopy(), place, seed)));
    }
    return members;
  }

  private static Member seeded(ObjectNode request, String place, long seed) {
    String name = "%s-seed-%d".formatted(ComparisonRules.name(request), seed);
    request.put("name", name);
    for (String field : ComparisonRules.SEEDED) {
      JsonNode section = request.has(field) ? request.get(field) : request.putObject(field);
      if (section instanceof ObjectNode object) { // anything else is named as a mistake
        object.put("seed", seed);
      }
    }
    return new Member(name, place, request);
  }

  private static List<Problem> problems(
      List<Member> runs, Function<String, List<Problem>> examine) {
    Map<Problem, List<Member>> found = new LinkedHashMap<>();
    int bytes = 0;
    for (Member run : runs) {
      String request = run.request().toString();
      bytes += TextNode.valueOf(request).toString().getBytes(StandardCharsets.UTF_8).length;
      examine
          .apply(request)
          .forEach(problem -> found.computeIfAbsent(problem, p -> new ArrayList<>()).add(run));
    }
    List<Problem> problems = new ArrayList<>();
    if (bytes > LIMIT_BYTES) {
      String message = "found %d runs whose requests take %d bytes, expected at most %d;";
      String advice = " give datasets as a folder, or compare fewer at a time";
      problems.add(
          new Problem("variations", message.formatted(runs.size(), bytes, LIMIT_BYTES) + advice));
    }
    found.forEach(
        (problem, in) -> places(in, runs).map(p -> at(p, problem)).forEach(problems::add));
    return problems;
  }

  /** What every run has, the base has. */
  private static Stream<String> places(List<Member> in, List<Member> all) {
    boolean everywhere = in.size() == all.size() && all.size() > 1;
    return everywhere ? Stream.of("base") : in.stream().map(Member::place).distinct();
  }

  private static Problem at(String place, Problem problem) {
    return new Problem(place + "." + problem.field(), problem.message());
  }
}
