package dev.shoal.models.corpus;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;

/** Names in the order of their likeness to a wanted one, for messages. */
final class NearestNames {

  private static final int SHOWN = 10;

  private NearestNames() {}

  /** As {@code 'texts', 'title', 'id'}; at most ten. */
  static String list(String wanted, Collection<String> names) {
    Comparator<String> byDistance = Comparator.comparingInt(name -> distance(wanted, name));
    String shown =
        names.stream()
            .sorted(byDistance.thenComparing(Comparator.naturalOrder()))
            .limit(SHOWN)
            .map(name -> "'" + name + "'")
            .collect(Collectors.joining(", "));
    return names.size() > SHOWN ? shown + ", ..." : shown;
  }

  /** Levenshtein distance, upper and lower case being the same. */
  static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
