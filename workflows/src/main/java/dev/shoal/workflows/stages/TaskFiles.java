package dev.shoal.workflows.stages;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.shoal.workflows.ArtifactRef;

/**
 * An evaluation task as inspection found it.
 *
 * @param task its name
 * @param items artifact of the rows as they lie on disk
 * @param fewshot artifact of the rows that examples are drawn from; null for the items themselves
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TaskFiles(String task, ArtifactRef items, ArtifactRef fewshot) {}
