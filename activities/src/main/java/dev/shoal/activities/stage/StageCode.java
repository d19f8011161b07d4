package dev.shoal.activities.stage;

/**
 * The stages with the version of their code. A version is raised by hand whenever a stage's output
 * changes for the same inputs; a test compares digests of outputs and fails when it was forgotten.
 */
public enum StageCode {
  /** The checkpoint that a fork begins from. */
  TAKE_CHECKPOINT("take checkpoint", "checkpoint", 1, false),
  /** Text to token ids. */
  TOKENIZE("tokenize", "tokens", 1, false),
  /** Channel statistics. */
  CALIBRATE("calibrate", "statistics", 1, true),
  /** A row of the affinity matrix. */
  AFFINITY("affinity", "affinity", 1, true),
  /** Clusters of data sets. */
  GROUP("group", "grouping", 1, false),
  /** Kept channels and folded projections. */
  BUILD_EXPERTS("build experts", "experts", 2, true),
  /** The mixture's manifest. */
  REASSEMBLE("reassemble", "moe", 1, false),
  /** Routers. */
  TRAIN_ROUTER("train router", "moe", 1, true),
  /** Adapters, norms and routers. */
  TRAIN_EXPERTS("train experts", "moe", 1, true),
  /** Perplexities and expert use. */
  EVALUATE("evaluate", "scores", 4, true),
  /** Scores on a task. */
  EVALUATE_TASK("evaluate task", "scores", 1, true),
  /** The stock checkpoint. */
  EXPORT("export", "export", 2, true),
  /** The file for llama.cpp. */
  EXPORT_GGUF("export gguf", "gguf", 1, true),
  /** The page. */
  REPORT("report", "report", 6, false);

  private final String stageName;
  private final String kind;
  private final int version;
  private final boolean onDevice;

  StageCode(String stageName, String kind, int version, boolean onDevice) {
    this.stageName = stageName;
    this.kind = kind;
    this.version = version;
    this.onDevice = onDevice;
  }

  /** As the table of stages calls it. */
  public String stageName() {
    return stageName;
  }

  /** Kind of the artifact it makes. */
  public String kind() {
    return kind;
  }

  /** Version of the code. */
  public int version() {
    return version;
  }

  /** Whether its result depends on device, dtype and engine. */
  public boolean onDevice() {
    return onDevice;
  }
}
