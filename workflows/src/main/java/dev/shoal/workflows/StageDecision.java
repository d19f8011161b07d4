package dev.shoal.workflows;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What to do with a stage that needs attention.
 *
 * @param stage its name in the table of stages; null when only one is waiting
 * @param action retry, skip or abort
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StageDecision(String stage, String action) {}
