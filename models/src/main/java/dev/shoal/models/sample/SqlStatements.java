package dev.shoal.models.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A small schema, rows for it, and queries that name its columns only. */
final class SqlStatements implements SampleDomain {

  private static final List<String> TABLES =
      List.of(
          "invoice", "product", "employee", "shipment", "ticket", "course", "vehicle", "account");
  private static final List<Column> COLUMNS =
      List.of(
          new Column("name", "TEXT"),
          new Column("status", "TEXT"),
          new Column("region", "TEXT"),
          new Column("amount", "NUMERIC"),
          new Column("price", "NUMERIC"),
          new Column("quantity", "INTEGER"),
          new Column("rating", "INTEGER"),
          new Column("created_at", "DATE"),
          new Column("closed_at", "DATE"));
  private static final List<String> WORDS =
      List.of("open", "north", "closed", "south", "pending", "east", "blocked", "west", "draft");

  private record Column(String name, String type) {}

  private record Table(String name, List<Column> columns) {}

  @Override
  public String name() {
    return "sql";
  }

  @Override
  public String document(RandomGenerator random) {
    Dice dice = new Dice(random);
    Table table = new Table(dice.usual(TABLES), dice.several(COLUMNS, dice.between(2, 4)));
    StringBuilder text = new StringBuilder();
    create(table, text);
    insert(dice, table, text);
    int statements = dice.between(2, 5);
    for (int i = 0; i < statements; i++) {
      switch (dice.between(0, 3)) {
        case 0, 1 -> select(dice, table, text);
        case 2 -> aggregate(dice, table, text);
        default -> update(dice, table, text);
      }
    }
    return text.toString();
  }

  private static void create(Table table, StringBuilder text) {
    text.append("CREATE TABLE ").append(table.name()).append(" (\n  id INTEGER PRIMARY KEY");
    for (Column column : table.columns()) {
      text.append(",\n  ")
          .append(column.name())
          .append(' ')
          .append(column.type())
          .append(" NOT NULL");
    }
    text.append("\n);\n");
  }

  private static void insert(Dice dice, Table table, StringBuilder text) {
    text.append("INSERT INTO ").append(table.name()).append(" (id");
    table.columns().forEach(column -> text.append(", ").append(column.name()));
    text.append(") VALUES\n");
    int rows = dice.between(1, 4);
    for (int row = 1; row <= rows; row++) {
      text.append("  (").append(row);
      table.columns().forEach(column -> text.append(", ").append(literal(dice, column)));
      text.append(row < rows ? "),\n" : ");\n");
    }
  }

  private static void select(Dice dice, Table table, StringBuilder text) {
    List<String> names = new ArrayList<>();
    dice.several(table.columns(), 2).forEach(column -> names.add(column.name()));
    text.append("SELECT ").append(String.join(", ", names)).append(" FROM ").append(table.name());
    where(dice, table, text);
    if (dice.onceIn(2)) {
      text.append(" ORDER BY ").append(names.get(0)).append(dice.onceIn(2) ? " DESC" : "");
    }
    text.append(";\n");
  }

  private static void aggregate(Dice dice, Table table, StringBuilder text) {
    String group = dice.pick(table.columns()).name();
    text.append("SELECT ").append(group).append(", count(*) FROM ").append(table.name());
    text.append(" GROUP BY ").append(group);
    text.append(" HAVING count(*) > ").append(dice.between(1, 9)).append(";\n");
  }

  private static void update(Dice dice, Table table, StringBuilder text) {
    Column column = dice.pick(table.columns());
    text.append("UPDATE ").append(table.name()).append(" SET ").append(column.name());
    text.append(" = ").append(literal(dice, column));
    where(dice, table, text);
    text.append(";\n");
  }

  private static void where(Dice dice, Table table, StringBuilder text) {
    Column column = dice.pick(table.columns());
    text.append(" WHERE ").append(column.name());
    text.append(column.type().equals("TEXT") ? " = " : dice.pick(List.of(" > ", " < ")));
    text.append(literal(dice, column));
  }

  private static String literal(Dice dice, Column column) {
    return switch (column.type()) {
      case "TEXT" -> "'" + dice.usual(WORDS) + "'";
      case "NUMERIC" -> dice.between(1, 99) + (dice.onceIn(2) ? ".50" : ".00");
      case "DATE" -> "DATE '2026-0" + dice.between(1, 9) + "-" + dice.between(10, 28) + "'";
      default -> Integer.toString(dice.between(1, 99));
    };
  }
}
