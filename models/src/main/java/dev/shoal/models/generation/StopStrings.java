package dev.shoal.models.generation;

import java.util.List;

/** A growing text that ends before the first of some strings. What may become one is held back. */
final class StopStrings {

  private final List<String> until;
  private final StringBuilder text = new StringBuilder();
  private int shown;
  private boolean found;

  StopStrings(List<String> until) {
    this.until = until;
  }

  /** What may be shown of the text now, from where the last answer ended. */
  String add(String piece) {
    text.append(piece);
    int end = until.stream().mapToInt(this::find).filter(at -> at >= 0).min().orElse(-1);
    if (end >= 0) {
      text.setLength(end);
      found = true;
    }
    return show(found ? end : text.length() - heldBack());
  }

  /** What was held back after all, when nothing more comes. */
  String rest() {
    return show(text.length());
  }

  /** Whether one of the strings ended the text. */
  boolean found() {
    return found;
  }

  /** The part of a finished text before the strings, cut at one after the other. */
  static String cut(String text, List<String> until) {
    String left = text;
    for (String end : until) {
      int at = left.indexOf(end);
      left = at < 0 ? left : left.substring(0, at);
    }
    return left;
  }

  private int find(String end) {
    return text.indexOf(end, shown);
  }

  private String show(int end) {
    String piece = text.substring(shown, end);
    shown = end;
    return piece;
  }

  /** Length of the longest end of the text with which one of the strings begins. */
  private int heldBack() {
    int longest = 0;
    for (String end : until) {
      for (int n = Math.min(end.length() - 1, text.length() - shown); n > longest; n--) {
        if (end.startsWith(text.substring(text.length() - n))) {
          longest = n;
        }
      }
    }
    return longest;
  }
}
