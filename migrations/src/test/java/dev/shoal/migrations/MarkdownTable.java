package dev.shoal.migrations;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The answer to a query as the lines of a table in Markdown. */
final class MarkdownTable {

  private MarkdownTable() {}

  static List<String> of(DatabaseSettings settings, String sql) {
    try (Connection connection =
            DriverManager.getConnection(settings.url(), settings.user(), settings.password());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      List<String> lines = new ArrayList<>();
      List<String> head = new ArrayList<>();
      for (int c = 1; c <= columns; c++) {
        head.add(rows.getMetaData().getColumnLabel(c));
      }
      lines.add(line(head));
      lines.add(line(IntStream.range(0, columns).mapToObj(c -> "---").toList()));
      while (rows.next()) {
        lines.add(line(cells(rows, columns)));
      }
      return lines;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static List<String> cells(ResultSet rows, int columns) throws SQLException {
    List<String> cells = new ArrayList<>();
    for (int c = 1; c <= columns; c++) {
      String cell = rows.getString(c);
      cells.add(cell == null ? "" : cell);
    }
    return cells;
  }

  private static String line(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.isEmpty() ? "| " : "| " + cell + " ")
        .collect(Collectors.joining())
        .concat("|");
  }
}
