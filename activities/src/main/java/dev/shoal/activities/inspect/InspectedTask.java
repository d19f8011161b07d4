package dev.shoal.activities.inspect;

import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.workflows.request.EvaluationTask;

/**
 * An evaluation task whose rows were all read.
 *
 * @param path of its items, absolute
 * @param items digest of the items
 * @param fewshotPath where examples are drawn from, absolute; null for the items themselves
 * @param fewshot digest of the examples; null as the path
 */
public record InspectedTask(
    String path, FolderManifest items, String fewshotPath, FolderManifest fewshot) {

  EvaluationTask absolute(EvaluationTask asked) {
    return asked.at(path, fewshotPath);
  }
}
