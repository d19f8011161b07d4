package dev.shoal.workflows.request;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a data set may be used for. */
public enum Use {
  /** Statistics, affinity and the building of experts. */
  @JsonProperty("calibrate")
  CALIBRATE,
  /** Batches of the training stages. */
  @JsonProperty("train")
  TRAIN,
  /** Perplexity. */
  @JsonProperty("evaluate")
  EVALUATE
}
