package dev.shoal.models.baselines;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Gives each of F channels to one of E groups, as many to each, so that they are close to it.
 *
 * <p>First the closest pairs of a channel and a group that still has room; then any two channels
 * change places as long as that brings them closer together. (A flow of least cost would be the
 * best of all; no exchange of two improves on this.)
 */
final class BalancedAssignment {

  /** What an exchange must bring to count as more than rounding. */
  private static final double LEAST_GAIN = 1e-9;

  private final double[][] closeness; // [F, E]
  private final int experts;
  private final int size;
  private final int[] group;

  BalancedAssignment(double[][] closeness, int experts) {
    this.closeness = closeness;
    this.experts = experts;
    this.size = closeness.length / experts;
    this.group = new int[closeness.length];
  }

  /** The group of each channel, [F]. */
  int[] groups() {
    fill();
    boolean moved = true;
    while (moved) {
      moved = false;
      for (int a = 0; a < experts; a++) {
        for (int b = a + 1; b < experts; b++) {
          moved |= exchange(a, b);
        }
      }
    }
    return group;
  }

  private void fill() {
    Arrays.fill(group, -1);
    int[] room = new int[experts];
    Arrays.fill(room, size);
    Comparator<Integer> closest =
        Comparator.comparingDouble(pair -> -closeness[pair / experts][pair % experts]);
    IntStream.range(0, group.length * experts)
        .boxed()
        .sorted(closest) // stable: ties stay in order
        .forEach(
            pair -> {
              int channel = pair / experts;
              if (group[channel] < 0 && room[pair % experts] > 0) {
                group[channel] = pair % experts;
                room[pair % experts]--;
              }
            });
  }

  /** Exchanges the two channels of these groups that gain most, again and again. */
  private boolean exchange(int a, int b) {
    boolean moved = false;
    while (true) {
      int fromA = mostWilling(a, b);
      int fromB = mostWilling(b, a);
      if (gain(fromA, b) + gain(fromB, a) < LEAST_GAIN) {
        return moved;
      }
      group[fromA] = b;
      group[fromB] = a;
      moved = true;
    }
  }

  private double gain(int channel, int to) {
    return closeness[channel][to] - closeness[channel][group[channel]];
  }

  private int mostWilling(int from, int to) {
    int most = -1;
    for (int i = 0; i < group.length; i++) {
      if (group[i] == from && (most < 0 || gain(i, to) > gain(most, to))) {
        most = i;
      }
    }
    return most;
  }
}
