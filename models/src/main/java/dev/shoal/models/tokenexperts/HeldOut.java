package dev.shoal.models.tokenexperts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * A sample's tokens in two parts: those of every eighth window are held out to choose by, the
 * others are learned from, in an order that is drawn anew each time all of them were read.
 */
final class HeldOut {

  /** Of so many windows one is held out; fewer windows have none. */
  static final int SHARE = 8;

  private final long[] held;
  private final long[] learned;
  private final SplittableRandom random;
  private int next;

  HeldOut(TokenExperts.Sample sample, long seed) {
    LongStream.Builder apart = LongStream.builder();
    LongStream.Builder rest = LongStream.builder();
    long place = 0;
    for (int i = 0; i < sample.windows().size(); i++) {
      LongStream.Builder part = i % SHARE == SHARE - 1 ? apart : rest;
      for (int t = 0; t < sample.windows().get(i).length; t++) {
        part.add(place++);
      }
    }
    this.held = apart.build().toArray();
    this.learned = rest.build().toArray();
    this.random = new SplittableRandom(seed);
    this.next = learned.length;
  }

  /** Places of the tokens held out, int64. */
  NDArray held(NDManager scope) {
    return scope.create(held, new Shape(held.length));
  }

  /** Places of all others, int64. */
  NDArray learned(NDManager scope) {
    return scope.create(learned, new Shape(learned.length));
  }

  /** Places of the next tokens to learn from, at most so many, int64. */
  NDArray batch(NDManager scope, int most) {
    int size = Math.min(most, learned.length);
    if (next + size > learned.length) {
      shuffle();
    }
    long[] batch = new long[size];
    System.arraycopy(learned, next, batch, 0, size);
    next += size;
    return scope.create(batch, new Shape(size));
  }

  private void shuffle() {
    for (int i = learned.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      long swap = learned[i];
      learned[i] = learned[j];
      learned[j] = swap;
    }
    next = 0;
  }
}
