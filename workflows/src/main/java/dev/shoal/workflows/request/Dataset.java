package dev.shoal.workflows.request;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * A named corpus.
 *
 * @param name unique in the request
 * @param path file, folder or glob of JSON lines, Parquet, CSV or plain text, compressed or not
 * @param textField column that holds the text
 * @param evalPath text for evaluation; without it a split of the documents by hash
 * @param use what the data set serves
 * @param weight share of the training mix, relative to the others
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Dataset(
    String name,
    String path,
    String textField,
    @OptionalField String evalPath,
    List<Use> use,
    Double weight) {

  /** Defaults of one entry; they are not part of a recipe because a list has no place for them. */
  public Dataset {
    textField = textField == null ? "text" : textField;
    use = use == null ? List.of(Use.values()) : List.copyOf(use);
    weight = weight == null ? Double.valueOf(1) : weight;
  }

  /** Whether the data set serves this purpose. */
  public boolean serves(Use purpose) {
    return use.contains(purpose);
  }

  /** The same with its text elsewhere. */
  public Dataset at(String text, String evalText) {
    return new Dataset(name, text, textField, evalText, use, weight);
  }
}
