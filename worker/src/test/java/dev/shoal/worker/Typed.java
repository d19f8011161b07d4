package dev.shoal.worker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.apache.commons.text.StringTokenizer;
import org.apache.commons.text.matcher.StringMatcherFactory;

/** A main class: runs lines as a person types them, and prints a line of JSON about each. */
final class Typed {

  private Typed() {}

  public static void main(String[] lines) {
    for (String line : lines) {
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      int exit =
          Shoal.commandLine()
              .setOut(new PrintWriter(out))
              .setErr(new PrintWriter(err))
              .execute(words(line));
      System.out.println(
          JsonNodeFactory.instance
              .objectNode()
              .put("exit", exit)
              .put("out", out.toString())
              .put("err", err.toString()));
    }
    System.exit(0);
  }

  /** Of a command line without its first word; quotes keep words together. */
  static String[] words(String line) {
    return new StringTokenizer(
            line.replaceFirst("^shoal ", ""),
            StringMatcherFactory.INSTANCE.spaceMatcher(),
            StringMatcherFactory.INSTANCE.doubleQuoteMatcher())
        .getTokenArray();
  }
}
