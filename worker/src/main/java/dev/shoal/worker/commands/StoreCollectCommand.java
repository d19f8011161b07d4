package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.garbage.ForeignStoreException;
import dev.shoal.activities.garbage.GarbageCollection;
import dev.shoal.migrations.Database;
import dev.shoal.migrations.Garbage;
import dev.shoal.migrations.Retention;
import dev.shoal.worker.runs.ByteSize;
import dev.shoal.worker.runs.TextTable;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Frees the disk of what nobody needs. */
@Command(
    name = "gc",
    description = {
      "Show what nobody needs any more; with --yes, delete it.",
      "Alone it takes what no run reaches. With --older-than or --keep-last also what only ended"
          + " runs reach. Running and pinned things stay, with all that they were made from."
    },
    footer = {"", "Example:", "  shoal store gc --older-than 30d --keep-last 5"})
public final class StoreCollectCommand extends ConnectedCommand {

  @Option(
      names = "--older-than",
      paramLabel = "AGE",
      description = "Also of runs that ended longer ago: 30d, 12h.")
  private String olderThan;

  @Option(
      names = "--keep-last",
      paramLabel = "N",
      description = "Also of all ended runs but the newest N; a comparison counts once.")
  private Integer keepLast;

  @Option(names = "--yes", description = "Delete it.")
  private boolean yes;

  @Override
  public Integer call() throws IOException {
    Retention retention = retention();
    Path store = connection.settings().artifacts();
    if (!Files.isDirectory(store)) {
      throw UserError.failed(
          "There is no artifact store at %s; correct SHOAL_ARTIFACTS.".formatted(store));
    }
    try (Database database = connection.database()) {
      GarbageCollection collection = new GarbageCollection(database, store);
      tell(yes ? collection.collect(retention) : collection.look(retention));
      return ExitCode.DONE;
    } catch (ForeignStoreException e) {
      throw UserError.failed(e.getMessage());
    }
  }

  private void tell(List<Garbage.Tally> kinds) {
    long count = kinds.stream().mapToLong(Garbage.Tally::count).sum();
    long bytes = kinds.stream().mapToLong(Garbage.Tally::bytes).sum();
    ObjectNode answer = Output.object();
    String table = table(kinds, answer.putArray("kinds"));
    String size = ByteSize.words(bytes);
    if (count == 0) {
      output.say("There is nothing to delete.");
    } else {
      output.say(table);
      output.say(
          yes
              ? "Deleted %d, %s.".formatted(count, size)
              : "%d, %s, would be deleted; with --yes they are.".formatted(count, size));
    }
    output.answer(answer.put("count", count).put("bytes", bytes).put("deleted", yes));
  }

  /** Kinds for people, and for programs. */
  static String table(List<Garbage.Tally> kinds, ArrayNode answer) {
    TextTable table = new TextTable("kind", "count", "size");
    for (Garbage.Tally kind : kinds) {
      table.add(kind.kind(), String.valueOf(kind.count()), ByteSize.words(kind.bytes()));
      answer
          .addObject()
          .put("kind", kind.kind())
          .put("count", kind.count())
          .put("bytes", kind.bytes());
    }
    return table.toString();
  }

  private Retention retention() {
    if (keepLast != null && keepLast < 0) {
      throw UserError.wrongUse(
          "--keep-last is %d; it must be a number of runs, 0 or more.".formatted(keepLast));
    }
    return new Retention(
        Optional.ofNullable(olderThan).map(StoreCollectCommand::age),
        keepLast == null ? OptionalInt.empty() : OptionalInt.of(keepLast));
  }

  private static Duration age(String text) {
    if (!text.matches("\\d{1,6}[dh]")) {
      throw UserError.wrongUse(
          "--older-than is '%s'; write a number of days or hours, as in 30d or 12h."
              .formatted(text));
    }
    long number = Long.parseLong(text.substring(0, text.length() - 1));
    return text.endsWith("d") ? Duration.ofDays(number) : Duration.ofHours(number);
  }
}
