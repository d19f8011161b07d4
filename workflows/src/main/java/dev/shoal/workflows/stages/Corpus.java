package dev.shoal.workflows.stages;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.shoal.workflows.ArtifactRef;

/**
 * A data set as inspection found it.
 *
 * @param dataset its name
 * @param text artifact of the documents as they lie on disk
 * @param evalText artifact of the evaluation documents; null where they are split off {@code text}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Corpus(String dataset, ArtifactRef text, ArtifactRef evalText) {}
