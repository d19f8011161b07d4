package dev.shoal.workflows.stages;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.shoal.workflows.ArtifactRef;

/**
 * An artifact with the name it plays under: a data set's tokens, a model's scores.
 *
 * @param name data set or model
 * @param artifact the artifact
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record NamedArtifact(String name, ArtifactRef artifact) {}
