package dev.shoal.activities.garbage;

import dev.shoal.migrations.Database;
import dev.shoal.migrations.DatabaseSettings;
import dev.shoal.migrations.Garbage.Tally;
import dev.shoal.migrations.Retention;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Looks, collects and looks again, and says what it took in time and heap. */
final class GarbageLoad {

  private GarbageLoad() {}

  /** With the database's URL, the store's root and the number of runs to keep. */
  public static void main(String[] args) throws IOException {
    Retention retention =
        new Retention(Optional.empty(), OptionalInt.of(Integer.parseInt(args[2])));
    try (Database database = Database.open(new DatabaseSettings(args[0], "postgres", "postgres"))) {
      GarbageCollection collection = new GarbageCollection(database, Path.of(args[1]));
      long begin = System.nanoTime();
      say("look", begin, collection.look(retention));
      begin = System.nanoTime();
      say("collect", begin, collection.collect(retention));
      begin = System.nanoTime();
      say("look again", begin, collection.look(retention));
    }
  }

  private static void say(String step, long begin, List<Tally> tallies) {
    long count = tallies.stream().mapToLong(Tally::count).sum();
    long heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getPeakUsage)
            .mapToLong(usage -> usage.getUsed())
            .sum();
    System.out.printf(
        "%s: %d in %.1f s, peak heap at most %d MiB%n",
        step, count, (System.nanoTime() - begin) / 1e9, heap >> 20);
  }
}
