package dev.shoal.activities;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
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

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "scores.json";

  /** The scores in an artifact's folder. */
  public static Scores read(Path folder) {
    try {
      return JSON.readValue(folder.resolve(FILE).toFile(), Scores.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(Path folder) {
    try {
      JSON.writerWithDefaultPrettyPrinter().writeValue(folder.resolve(FILE).toFile(), this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
