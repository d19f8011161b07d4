package dev.shoal.workflows.stages;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Which run a stage works for.
 *
 * @param runId row of the run in the database
 * @param workflowId the execution that users see
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunRef(String runId, String workflowId) {}
