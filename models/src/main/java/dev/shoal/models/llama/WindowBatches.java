package dev.shoal.models.llama;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/**
 * Packs windows of token ids into batches of equal length, in order.
 *
 * <p>A batch ends where the next window has another length or would exceed the budget of tokens; a
 * window longer than the budget is a batch of its own. The split depends on the windows alone, so
 * results do not depend on how a caller feeds them.
 */
public final class WindowBatches implements Iterator<int[][]> {

  private final Iterator<int[]> windows;
  private final int tokens;
  private final Consumer<int[]> check;
  private final long total;
  private int[] next;
  private long taken;

  /**
   * Packs on the fly.
   *
   * @param tokens most tokens in one batch
   * @param check refuses a window by throwing
   */
  public WindowBatches(Iterable<int[]> windows, int tokens, Consumer<int[]> check) {
    this.windows = windows.iterator();
    this.total = windows instanceof Collection<?> known ? known.size() : -1;
    this.tokens = tokens;
    this.check = check;
    advance();
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public int[][] next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    int length = next.length;
    List<int[]> batch = new ArrayList<>();
    while (next != null
        && next.length == length
        && (batch.isEmpty() || (batch.size() + 1L) * length <= tokens)) {
      batch.add(next);
      advance();
    }
    taken += batch.size();
    return batch.toArray(new int[0][]);
  }

  /** Windows handed out so far. */
  public long windows() {
    return taken;
  }

  /** Windows in all, or -1 where that is not known. */
  public long total() {
    return total;
  }

  private void advance() {
    next = windows.hasNext() ? windows.next() : null;
    if (next != null) {
      check.accept(next);
    }
  }
}
