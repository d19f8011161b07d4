package dev.shoal.models.tasks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.corpus.CorpusException;
import dev.shoal.models.corpus.JsonObjects;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the files of a task. */
public final class TaskFile {

  private TaskFile() {}

  /**
   * The task with all of its rows, checked.
   *
   * @throws TaskException naming file, row and field of the first fault
   */
  public static Task read(TaskSpec spec) {
    List<ObjectNode> rows = rows(spec, spec.path());
    OutputType type = spec.outputType().orElseGet(() -> decide(spec.path(), rows.get(0)));
    List<Example> examples = examples(spec.path(), type, rows);
    return new Task(spec, type, examples, pool(spec, type, examples));
  }

  private static OutputType decide(Path file, ObjectNode first) {
    if (first.has("choices")) {
      return OutputType.MULTIPLE_CHOICE;
    }
    if (first.has("target")) {
      return OutputType.LOGLIKELIHOOD;
    }
    if (first.has("text")) {
      return OutputType.LOGLIKELIHOOD_ROLLING;
    }
    throw new TaskException(
        "%s row 1 has %s; a task row has 'context', 'choices' and 'label', or 'context' and 'target', or 'text'"
            .formatted(file, RowFields.names(first)));
  }

  private static List<Example> pool(TaskSpec spec, OutputType type, List<Example> own) {
    FewShot fewShot = spec.fewShot();
    if (fewShot.count() == 0) {
      return List.of();
    }
    if (type == OutputType.LOGLIKELIHOOD_ROLLING) {
      throw new TaskException(
          "task '%s': num_fewshot is %d, but a text is scored by itself; set it to 0"
              .formatted(spec.name(), fewShot.count()));
    }
    boolean fromItself = fewShot.path().isEmpty();
    List<Example> pool =
        fromItself ? own : examples(fewShot.path().get(), type, rows(spec, fewShot.path().get()));
    int needed = fewShot.count() + (fromItself ? 1 : 0);
    if (pool.size() < needed) {
      throw new TaskException(
          "%s has %d rows; %d examples an item need at least %d"
              .formatted(fewShot.path().orElse(spec.path()), pool.size(), fewShot.count(), needed));
    }
    return pool;
  }

  private static List<Example> examples(Path file, OutputType type, List<ObjectNode> rows) {
    ExampleReader reader = new ExampleReader(file, type);
    List<Example> examples = new ArrayList<>(rows.size());
    for (ObjectNode row : rows) {
      examples.add(reader.read(row, examples.size() + 1L));
    }
    return examples;
  }

  private static List<ObjectNode> rows(TaskSpec spec, Path file) {
    if (!Files.isRegularFile(file)) {
      throw new TaskException(
          "task '%s': %s does not exist or is no file; correct the path"
              .formatted(spec.name(), file));
    }
    List<ObjectNode> rows = new ArrayList<>();
    try {
      JsonObjects.forEach(file, (row, number) -> rows.add(row));
    } catch (CorpusException e) {
      throw new TaskException("task '%s': %s".formatted(spec.name(), e.getMessage()), e);
    }
    if (rows.isEmpty()) {
      throw new TaskException("task '%s': %s has no rows".formatted(spec.name(), file));
    }
    return rows;
  }
}
