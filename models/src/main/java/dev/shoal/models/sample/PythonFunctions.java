package dev.shoal.models.sample;

import java.util.List;
import java.util.random.RandomGenerator;

/** Short functions in the manner of Python: what a function defines, its body and tests use. */
final class PythonFunctions implements SampleDomain {

  private static final List<String> VERBS =
      List.of("count", "sum", "find", "filter", "update", "merge", "check", "parse");
  private static final List<String> NOUNS =
      List.of("values", "items", "nodes", "tokens", "scores", "edges", "words", "frames");
  private static final List<String> SINGULARS =
      List.of("value", "item", "node", "token", "score", "edge", "word", "frame");
  private static final List<String> LIMITS =
      List.of("limit", "threshold", "offset", "minimum", "depth", "width");
  private static final List<String> COMPARISONS = List.of(">", "<", ">=", "==", "!=");

  /** The identifiers of one function. */
  private record Names(String function, String list, String item, String limit) {}

  @Override
  public String name() {
    return "code";
  }

  @Override
  public String document(RandomGenerator random) {
    Dice dice = new Dice(random);
    StringBuilder text = new StringBuilder();
    int functions = dice.between(2, 4);
    for (int i = 0; i < functions; i++) {
      int noun = dice.between(0, NOUNS.size() - 1);
      String list = NOUNS.get(noun);
      String function = dice.usual(VERBS) + "_" + list;
      Names names = new Names(function, list, SINGULARS.get(noun), dice.usual(LIMITS));
      text.append(i > 0 ? "\n\n" : "");
      switch (dice.between(0, 2)) {
        case 0 -> loop(dice, names, text);
        case 1 -> comprehension(dice, names, text);
        default -> search(dice, names, text);
      }
    }
    return text.toString();
  }

  private static void loop(Dice dice, Names names, StringBuilder text) {
    String total = dice.pick(List.of("total", "result", "count"));
    signature(names, text);
    text.append("    ").append(total).append(" = ").append(dice.between(0, 1)).append('\n');
    text.append("    for ").append(names.item()).append(" in ").append(names.list()).append(":\n");
    text.append("        if ").append(condition(dice, names)).append(":\n");
    text.append("            ").append(total).append(dice.pick(List.of(" += ", " -= ", " *= ")));
    text.append(dice.onceIn(2) ? names.item() : Integer.toString(dice.between(1, 9))).append('\n');
    if (dice.onceIn(3)) {
      text.append("        else:\n            continue\n");
    }
    text.append("    return ").append(total).append('\n');
    call(dice, names, text);
  }

  private static void comprehension(Dice dice, Names names, StringBuilder text) {
    String kept = dice.pick(List.of("kept", "chosen", "selected"));
    signature(names, text);
    text.append("    ").append(kept).append(" = [").append(names.item()).append(" for ");
    text.append(names.item()).append(" in ").append(names.list()).append(" if ");
    text.append(condition(dice, names)).append("]\n    return ");
    text.append(dice.pick(List.of("sorted", "len", "max", "list"))).append('(').append(kept);
    text.append(")\n");
    call(dice, names, text);
  }

  private static void search(Dice dice, Names names, StringBuilder text) {
    signature(names, text);
    text.append("    index = 0\n    while index < len(").append(names.list()).append("):\n");
    text.append("        ").append(names.item()).append(" = ").append(names.list());
    text.append("[index]\n        if ").append(condition(dice, names)).append(":\n");
    text.append("            return index\n        index += ").append(dice.between(1, 3));
    text.append("\n    raise ValueError(\"no ").append(names.item()).append(" found\")\n");
  }

  private static void signature(Names names, StringBuilder text) {
    text.append("def ").append(names.function()).append('(').append(names.list()).append(", ");
    text.append(names.limit()).append("):\n");
  }

  private static String condition(Dice dice, Names names) {
    String left = dice.onceIn(3) ? names.item() + " % " + dice.between(2, 9) : names.item();
    return left + " " + dice.pick(COMPARISONS) + " " + names.limit();
  }

  private static void call(Dice dice, Names names, StringBuilder text) {
    text.append("\n\nprint(").append(names.function()).append("([");
    int values = dice.between(2, 5);
    for (int i = 0; i < values; i++) {
      text.append(i > 0 ? ", " : "").append(dice.between(0, 30));
    }
    text.append("], ").append(names.limit()).append('=').append(dice.between(1, 9)).append("))\n");
  }
}
