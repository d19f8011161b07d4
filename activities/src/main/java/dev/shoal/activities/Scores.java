package dev.shoal.activities;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The artifact of an evaluation.
 *
 * @param subject dense, assembled, routed or trained
 * @param perplexity per token, by data set
 * @param tokens predicted tokens, by data set
 * @param geometricMean of the perplexities
 * @param choose on every other window, the first included: what a choice between models may look at
 * @param report on the windows between: what is told of the chosen one
 * @param byHand with every data set sent to the expert that was made for its group, whatever the
 *     router says; null where experts were not made so
 * @param parameters in all
 * @param activeParameters that one token uses
 * @param flopsPerToken of a forward pass over a window, on average
 * @param expertUse share of the routed slots of each data set that each expert got, averaged over
 *     layers: by data set, then by expert; empty for a dense model
 * @param unusedExperts of each layer, those that no token was given; empty for a dense model
 */
public record Scores(
    String subject,
    Map<String, Double> perplexity,
    Map<String, Long> tokens,
    double geometricMean,
    Half choose,
    Half report,
    @JsonInclude(JsonInclude.Include.NON_NULL) Half byHand,
    long parameters,
    long activeParameters,
    long flopsPerToken,
    Map<String, List<Double>> expertUse,
    List<Integer> unusedExperts) {

  /**
   * Perplexities on half of the windows, or in another way on all of them.
   *
   * @param perplexity per token, by data set; those with a single window are in one half only
   * @param geometricMean of the perplexities; null unless all data sets are in this half
   */
  public record Half(Map<String, Double> perplexity, Double geometricMean) {}

  private static final JsonFile<Scores> FILE = new JsonFile<>("scores.json", Scores.class);

  /** As these, by hand as well. */
  Scores with(Half judged) {
    return new Scores(
        subject,
        perplexity,
        tokens,
        geometricMean,
        choose,
        report,
        judged,
        parameters,
        activeParameters,
        flopsPerToken,
        expertUse,
        unusedExperts);
  }

  /** Layers with experts that do nothing, and what helps; empty where there are none. */
  public String unusedWarning() {
    List<String> layers =
        IntStream.range(0, unusedExperts == null ? 0 : unusedExperts.size())
            .filter(layer -> unusedExperts.get(layer) > 0)
            .mapToObj(layer -> "%d (%d)".formatted(layer, unusedExperts.get(layer)))
            .toList();
    return layers.isEmpty()
        ? ""
        : "No token of the evaluation text reached some experts of these layers: %s; they cost memory and do nothing. Fewer experts may serve as well; training.losses.load_balance spreads tokens, but can cost perplexity."
            .formatted(String.join(", ", layers));
  }

  /** The scores in an artifact's folder. */
  public static Scores read(Path folder) {
    return FILE.read(folder);
  }

  void write(Path folder) {
    FILE.write(folder, this);
  }
}
