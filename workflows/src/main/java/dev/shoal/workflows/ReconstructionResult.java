package dev.shoal.workflows;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What a reconstruction gave; also the line of JSON that {@code shoal run --json} ends with.
 *
 * @param run id of the run in the database
 * @param name the run's name
 * @param dense geometric-mean perplexity of the source model
 * @param assembled of the mixture before training
 * @param routed after the router stage; null without one
 * @param trained after the expert stage; null without one
 * @param model digest of the final mixture
 * @param export folder of the checkpoint; null if there is none
 * @param exportSha256 digest of the checkpoint
 * @param gguf path of the GGUF file; null if there is none
 * @param exportNote why there is no checkpoint
 * @param report path of the page
 * @param computed number of stages that did work
 * @param reused number of stages taken from earlier runs
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ReconstructionResult(
    String run,
    String name,
    Double dense,
    Double assembled,
    Double routed,
    Double trained,
    String model,
    String export,
    String exportSha256,
    String gguf,
    String exportNote,
    String report,
    int computed,
    int reused) {}
