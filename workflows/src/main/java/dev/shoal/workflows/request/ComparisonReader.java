package dev.shoal.workflows.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** From a comparison's JSON text to the request of every run that it stands for. */
public final class ComparisonReader {

  /** All requests, as text in JSON: they travel in one payload. */
  static final int LIMIT_BYTES = 224 * 1024;

  private static final String TOO_MUCH =
      "found %d runs; the requests of the first %d take %d bytes, expected at most "
          + LIMIT_BYTES
          + " for all of them; give datasets as a folder, or compare fewer at a time";

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
    boolean enough = problems.size() >= InvalidRequestException.SHOWN; // what runs add is not read
    if (enough || comparison == null || comparison.base() == null) {
      throw new InvalidRequestException(problems);
    }
    List<Member> runs = members(comparison);
    Set<String> told = problems.stream().map(Problem::field).collect(Collectors.toSet());
    problems(comparison, runs, examine).stream()
        .filter(problem -> !told.contains(problem.field()))
        .forEach(problems::add);
    if (!problems.isEmpty()) {
      throw new InvalidRequestException(problems);
    }
    return new Members(comparison.name(), runs);
  }

  /**
   * All runs, or as many as show that all would be too much: a few bytes of variations and seeds
   * multiply to more than memory.
   */
  private static List<Member> members(ComparisonRequest comparison) {
    List<Optional<Long>> seeds = seeds(comparison);
    List<Member> members = new ArrayList<>();
    long bytes = 0;
    for (int i = 0; i < comparison.variations().size(); i++) {
      for (Optional<Long> seed : seeds) {
        if (bytes > LIMIT_BYTES) {
          return members;
        }
        members.add(member(comparison, i, seed));
        bytes += payload(members.get(members.size() - 1).request().toString());
      }
    }
    return members;
  }

  private static List<Optional<Long>> seeds(ComparisonRequest comparison) {
    return comparison.seeds().isEmpty()
        ? List.of(Optional.empty())
        : comparison.seeds().stream().map(Optional::of).toList();
  }

  private static Member member(ComparisonRequest comparison, int index, Optional<Long> seed) {
    String place = ComparisonRules.place(index);
    ObjectNode variation = comparison.variations().get(index);
    ObjectNode request = RequestReader.overlay(comparison.base().deepCopy(), variation.deepCopy());
    return seed.map(number -> seeded(request, place, number))
        .orElseGet(() -> new Member(ComparisonRules.name(variation), place, request));
  }

  private static int payload(String request) {
    return TextNode.valueOf(request).toString().getBytes(StandardCharsets.UTF_8).length;
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
      ComparisonRequest comparison, List<Member> runs, Function<String, List<Problem>> examine) {
    List<String> requests = runs.stream().map(run -> run.request().toString()).toList();
    int bytes = requests.stream().mapToInt(ComparisonReader::payload).sum();
    if (bytes > LIMIT_BYTES) { // none of them is looked at: they may be many
      long all = (long) comparison.variations().size() * seeds(comparison).size();
      return List.of(new Problem("variations", TOO_MUCH.formatted(all, runs.size(), bytes)));
    }
    Map<Problem, List<Member>> found = new LinkedHashMap<>();
    for (int i = 0; i < runs.size(); i++) {
      Member run = runs.get(i);
      examine
          .apply(requests.get(i))
          .forEach(problem -> found.computeIfAbsent(problem, p -> new ArrayList<>()).add(run));
    }
    List<Problem> problems = new ArrayList<>();
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
