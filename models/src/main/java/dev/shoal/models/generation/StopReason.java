package dev.shoal.models.generation;

/** Why a text ended. */
public enum StopReason {
  /** One of the end tokens was chosen. */
  EOS,
  /** One of the {@code until} strings appeared. */
  UNTIL,
  /** As many tokens as were asked for. */
  MAX_NEW_TOKENS,
  /** The model has no position left. */
  POSITIONS
}
