package dev.shoal.models.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sequences written as one row in which what they have in common at their beginning stands once.
 *
 * <p>The row is the prefix tree of the sequences, each node before its children. Node j's
 * descendants are then the nodes from j up to {@code end[j]}, and a token may look at exactly those
 * j for which j ≤ i &lt; end[j]. Its position is its depth in the tree. Sequences must be added in
 * lexicographic order, which makes the one before each the one it shares most with.
 */
final class PackedRow {

  /** One id to be scored: where its prediction stands in the row, and whose it is. */
  record Target(int node, int id, int sequence) {}

  private int[] ids = new int[64];
  private int[] positions = new int[64];
  private int[] ends = new int[64];
  private int size;
  private int[] path = new int[0]; // nodes of the last sequence, by position
  private boolean branched;
  private final List<Target> targets = new ArrayList<>();

  /** Ids at the beginning of a sequence that stand in the row already. */
  int shared(Sequence sequence) {
    int limit = Math.min(path.length, sequence.inputLength());
    int shared = 0;
    while (shared < limit && ids[path[shared]] == sequence.tokens()[shared]) {
      shared++;
    }
    return shared;
  }

  /** Adds a sequence; its number is handed back with each of its targets. */
  void add(Sequence sequence, int number) {
    int shared = shared(sequence);
    int parent = shared == 0 ? -1 : path[shared - 1];
    branched |= shared < sequence.inputLength() && parent + 1 != size;
    path = Arrays.copyOf(path, sequence.inputLength());
    for (int i = shared; i < path.length; i++) {
      path[i] = append(sequence.tokens()[i], i);
    }
    for (int node : path) {
      ends[node] = Math.max(ends[node], path[path.length - 1] + 1);
    }
    for (int i = sequence.scoredFrom(); i < sequence.tokens().length; i++) {
      targets.add(new Target(path[i - 1], sequence.tokens()[i], number));
    }
  }

  private int append(int id, int position) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size);
      positions = Arrays.copyOf(positions, 2 * size);
      ends = Arrays.copyOf(ends, 2 * size);
    }
    ids[size] = id;
    positions[size] = position;
    return size++;
  }

  /** Tokens in the row. */
  int size() {
    return size;
  }

  /** Whether some token may not look at all before it, so that a mask is needed. */
  boolean branched() {
    return branched;
  }

  int id(int node) {
    return ids[node];
  }

  int position(int node) {
    return positions[node];
  }

  int end(int node) {
    return ends[node];
  }

  List<Target> targets() {
    return targets;
  }
}
