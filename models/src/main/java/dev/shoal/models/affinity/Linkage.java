package dev.shoal.models.affinity;

/** How far apart two clusters are, from the distances of their members. */
public enum Linkage {
  /** The mean over all pairs; the neutral choice, and Shoal's. */
  AVERAGE,
  /** The largest over all pairs: clusters of small diameter. */
  COMPLETE,
  /** The smallest over all pairs: chains. */
  SINGLE;

  /**
   * Distance of a third cluster to the union of two (Lance and Williams).
   *
   * @param first distance to the first, which has {@code firstSize} members
   * @param second distance to the second, which has {@code secondSize} members
   */
  double toUnion(double first, int firstSize, double second, int secondSize) {
    return switch (this) {
      case AVERAGE -> (firstSize * first + secondSize * second) / (firstSize + secondSize);
      case COMPLETE -> Math.max(first, second);
      case SINGLE -> Math.min(first, second);
    };
  }
}
