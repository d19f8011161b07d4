package dev.shoal.models.corpus;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One sentence out of DuckDB's many lines. */
final class DuckDbFault {

  private static final Pattern ENCODING =
      Pattern.compile(
          "utf-?8 encoded|invalid utf-?8|unicode|string encoding", Pattern.CASE_INSENSITIVE);
  private static final Pattern LINE = Pattern.compile("Error on Line: (\\d+)");

  private DuckDbFault() {}

  static CorpusException translate(Path file, String format, SQLException e) {
    String message = String.valueOf(e.getMessage());
    Matcher line = LINE.matcher(message);
    String where = file + (line.find() ? " line " + line.group(1) : "");
    if (ENCODING.matcher(message).find()) {
      return new CorpusException(where + " is not UTF-8; convert the file to UTF-8", e);
    }
    return new CorpusException(
        where + " cannot be read as " + format + " (" + reason(message) + "); correct the file", e);
  }

  /** The second line where the first one only repeats the place. */
  private static String reason(String message) {
    List<String> lines = message.replace("Invalid Input Error: ", "").lines().toList();
    boolean twoLines = lines.size() > 2 && LINE.matcher(lines.get(0)).find();
    return (twoLines ? lines.get(2) : lines.get(0)).strip();
  }
}
