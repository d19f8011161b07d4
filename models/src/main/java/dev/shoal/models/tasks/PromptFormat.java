package dev.shoal.models.tasks;

/**
 * What stands around contexts and answers; {@link #HARNESS} are the harness's defaults.
 *
 * @param description before everything, its line breaks included
 * @param targetDelimiter between a context and its answer
 * @param fewshotDelimiter after each worked example
 */
public record PromptFormat(String description, String targetDelimiter, String fewshotDelimiter) {

  /** No description, one space, one blank line. */
  public static final PromptFormat HARNESS = new PromptFormat("", " ", "\n\n");
}
