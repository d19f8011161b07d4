package dev.shoal.models;

/** What every message to a user about a file has to be, whatever is in the file. */
public final class Refusal {

  /** Of a list of problems nobody reads more. */
  private static final int LONGEST = 20_000;

  private Refusal() {}

  /** One readable line: where, not endless, nothing that moves a terminal's cursor. */
  public static void check(RuntimeException named, String where) {
    String message = named.getMessage();
    boolean readable = message.length() < LONGEST && message.contains(where);
    for (int i = 0; i < message.length(); i++) { // millions of times
      readable &= !Character.isISOControl(message.charAt(i));
    }
    if (!readable) {
      throw new AssertionError("not a message for people: " + message, named);
    }
  }
}
