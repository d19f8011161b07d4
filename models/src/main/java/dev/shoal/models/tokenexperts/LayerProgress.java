package dev.shoal.models.tokenexperts;

import dev.shoal.models.Progress;

/**
 * Tells of batches, turns and steps in a layer as parts of the whole, so that it never goes back.
 *
 * <p>Each layer counts the reading of its inputs as one part, every turn as one and every step of
 * the experts' fit as one. The phase begins with the stage's name, because its numbers are the
 * whole stage's.
 */
final class LayerProgress {

  private final Progress listener;
  private final int layers;
  private final int turns;
  private final int steps;
  private int layer;

  LayerProgress(Progress listener, int layers, TokenExperts.Settings settings) {
    this.listener = listener;
    this.layers = layers;
    this.turns = settings.repetitions() + 1;
    this.steps = settings.fit().steps();
  }

  /** From 0. */
  void enter(int next) {
    layer = next;
    read(0, 1);
  }

  /** Some of the batches of the layer's inputs are there. */
  void read(int batches, int all) {
    report(batches == all ? 1 : 0, "inputs");
  }

  void turn(int done) {
    report(1 + done, "turn %d/%d".formatted(done, turns));
  }

  void step(int done) {
    report(1 + turns + done, "fit step %d/%d".formatted(done, steps));
  }

  private void report(int done, String part) {
    int each = 1 + turns + steps;
    String phase = "build experts: layer %d/%d, %s".formatted(layer + 1, layers, part);
    listener.report(phase, (long) layer * each + done, (long) layers * each);
  }
}
