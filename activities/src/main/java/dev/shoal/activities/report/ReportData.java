package dev.shoal.activities.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Everything the page tells. What is empty or null is said to be missing.
 *
 * @param subject what the run was asked to make
 * @param models what was judged, dense first, the last one last
 * @param tasks scores on tasks; no rows where none were asked for
 * @param groups of data sets; null where experts are not for groups
 * @param metrics numbers over steps or layers; empty in the page of a stage
 * @param journal what happened when; null in the page of a stage, which knows no time and no run
 */
public record ReportData(
    Subject subject,
    List<Judged> models,
    Table tasks,
    Groups groups,
    List<Series> metrics,
    Journal journal) {

  /**
   * What the run was asked to make.
   *
   * @param name of the run
   * @param description in the words of whoever asked; may be null
   * @param method how the experts are made, as in "by ..."; may be null
   * @param request as it was resolved, or as it was given where that failed
   * @param exposure what a data set served for besides being judged on, by its name
   * @param digests what it is made from, and what came out: name and digest
   */
  public record Subject(
      String name,
      String description,
      String method,
      JsonNode request,
      Map<String, String> exposure,
      List<List<String>> digests) {}

  /**
   * A model that was judged.
   *
   * @param model dense, assembled, routed or trained
   * @param perplexity per token, by data set
   * @param mean geometric mean of the perplexities; null where it is not known
   * @param parameters in all; null where it is not known
   * @param active parameters that one token uses; null where it is not known
   * @param use by data set the share of each expert, averaged over layers; empty for a dense model
   * @param warning about unused experts; may be empty
   */
  public record Judged(
      String model,
      Map<String, Double> perplexity,
      Double mean,
      Long parameters,
      Long active,
      Map<String, List<Double>> use,
      String warning) {}

  /**
   * Which data sets share an expert.
   *
   * @param names of the data sets, D of them
   * @param affinity share of the best perplexity on the column's data set that the row's
   *     calibration reaches, [D, D]
   * @param groups names of each group, in the order of experts
   * @param joins D - 1 of them, nearest first; empty where there was no clustering
   * @param reasons one line for each choice
   */
  public record Groups(
      List<String> names,
      List<List<Double>> affinity,
      List<List<String>> groups,
      List<Join> joins,
      List<String> reasons) {}

  /**
   * Two clusters that became one; each is known by its smallest member.
   *
   * @param first its smallest member
   * @param second its smallest member
   * @param height their distance
   */
  public record Join(int first, int second, double height) {}

  /**
   * A number over steps, or over layers.
   *
   * @param stage that observed it
   * @param shard of the stage
   * @param metric its name
   * @param points in order of steps
   */
  public record Series(String stage, String shard, String metric, List<Point> points) {}

  /**
   * One point of a series.
   *
   * @param step or layer
   * @param value the number
   */
  public record Point(long step, double value) {}

  /**
   * What happened.
   *
   * @param status of the run
   * @param failure message; may be null
   * @param attempts every attempt of every stage, in order of time
   * @param lineage what was made from what
   * @param overlap of the kept channels of each two experts, over layers; empty where not known
   * @param facts versions and the like: name and value
   * @param command that makes it again
   */
  public record Journal(
      String status,
      String failure,
      List<Attempt> attempts,
      List<Edge> lineage,
      List<List<Double>> overlap,
      List<List<String>> facts,
      String command) {}

  /**
   * One attempt of a stage.
   *
   * @param stage with its shard
   * @param outcome in the words of the view {@code stage_history}
   * @param resumedFrom step of the checkpoint it went on from; null where it began anew
   * @param reason why it failed; may be null
   * @param startedAt begin
   * @param endedAt end; for what is running the time of the page
   */
  public record Attempt(
      String stage,
      String outcome,
      Long resumedFrom,
      String reason,
      Instant startedAt,
      Instant endedAt) {}

  /**
   * An artifact and one that it was made from.
   *
   * @param parent digest
   * @param parentKind kind
   * @param child digest
   * @param childKind kind
   * @param stage that made the child, with its shard
   */
  public record Edge(
      String parent, String parentKind, String child, String childKind, String stage) {}
}
