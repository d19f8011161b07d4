package dev.shoal.activities;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The artifact of an evaluation.
 *
 * @param subject dense, assembled, routed or trained
 * @param perplexity per token, by data set
 * @param tokens predicted tokens, by data set
 * @param geometricMean of the perplexities
 * @param parameters in all
 * @param activeParameters that one token uses
 * @param expertUse share of the routed slots of each data set that each expert got, averaged over
 *     layers: by data set, then by expert; empty for a dense model
 */
public record Scores(
    String subject,
    Map<String, Double> perplexity,
    Map<String, Long> tokens,
    double geometricMean,
    long parameters,
    long activeParameters,
    Map<String, List<Double>> expertUse) {

  private static final JsonFile<Scores> FILE = new JsonFile<>("scores.json", Scores.class);

  /** The scores in an artifact's folder. */
  public static Scores read(Path folder) {
    return FILE.read(folder);
  }

  void write(Path folder) {
    FILE.write(folder, this);
  }
}
