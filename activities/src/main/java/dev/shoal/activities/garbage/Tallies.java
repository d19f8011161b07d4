package dev.shoal.activities.garbage;

import dev.shoal.migrations.Garbage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts by kind. */
final class Tallies {

  private final Map<String, Garbage.Tally> kinds = new TreeMap<>();

  void add(String kind, long bytes) {
    kinds.merge(
        kind,
        new Garbage.Tally(kind, 1, bytes),
        (a, b) -> new Garbage.Tally(kind, a.count() + b.count(), a.bytes() + b.bytes()));
  }

  List<Garbage.Tally> list() {
    return List.copyOf(kinds.values());
  }
}
