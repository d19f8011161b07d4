package dev.shoal.models.tasks;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a request says about one task.
 *
 * @param name in tables and file names
 * @param path JSON lines, also with .gz or .zst, or Parquet
 * @param outputType decided by the fields of the first row where it is empty
 * @param fewShot worked examples
 * @param format what stands around them
 * @param bos whether texts begin with the begin token
 * @param windowTokens length of the windows of the token perplexity of a {@code
 *     loglikelihood_rolling} task; 0 for 2,048, or as many as the model reads if that is fewer
 */
public record TaskSpec(
    String name,
    Path path,
    Optional<OutputType> outputType,
    FewShot fewShot,
    PromptFormat format,
    Bos bos,
    int windowTokens) {

  /** Rejects what cannot name files or cut windows. */
  public TaskSpec {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new TaskException(
          "task name '%s' must consist of letters, digits, '.', '_' and '-'".formatted(name));
    }
    if (windowTokens < 0 || windowTokens == 1) {
      throw new TaskException(
          "task '%s': a window has %d tokens; it must have at least 2, or be 0 for the default"
              .formatted(name, windowTokens));
    }
  }

  /** A task named after its file, without examples, everything else as the harness has it. */
  public static TaskSpec of(Path path) {
    String file = path.getFileName().toString();
    String name = file.replaceFirst("\\.(jsonl|ndjson|parquet)(\\.gz|\\.zst)?$", "");
    return new TaskSpec(
        name, path, Optional.empty(), FewShot.NONE, PromptFormat.HARNESS, Bos.TOKENIZER, 0);
  }

  /** With another name. */
  public TaskSpec withName(String other) {
    return new TaskSpec(other, path, outputType, fewShot, format, bos, windowTokens);
  }

  /** With another type. */
  public TaskSpec withOutputType(OutputType other) {
    return new TaskSpec(name, path, Optional.of(other), fewShot, format, bos, windowTokens);
  }

  /** With other examples. */
  public TaskSpec withFewShot(FewShot other) {
    return new TaskSpec(name, path, outputType, other, format, bos, windowTokens);
  }

  /** With other text around contexts and answers. */
  public TaskSpec withFormat(PromptFormat other) {
    return new TaskSpec(name, path, outputType, fewShot, other, bos, windowTokens);
  }

  /** With or without the begin token. */
  public TaskSpec withBos(Bos other) {
    return new TaskSpec(name, path, outputType, fewShot, format, other, windowTokens);
  }

  /** With windows of another length. */
  public TaskSpec withWindowTokens(int other) {
    return new TaskSpec(name, path, outputType, fewShot, format, bos, other);
  }
}
