package dev.shoal.migrations;

/** How far a run is. */
public enum RunStatus {
  /** It goes on by itself. */
  RUNNING,
  /** A person stopped it for a while. */
  PAUSED,
  /** It is parked and waits for a person. */
  NEEDS_ATTENTION,
  /** It ended with a result. */
  SUCCEEDED,
  /** It ended without one. */
  FAILED,
  /** It was asked to stop, and did. */
  CANCELED,
  /** It was stopped without being asked. */
  TERMINATED
}
