package dev.shoal.models.baselines;

import dev.shoal.models.baselines.ExpertConstruction.Settings;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.moe.ExpertSetWriter;
import dev.shoal.models.prune.Compensation;
import java.nio.file.Path;
import java.util.stream.IntStream;

/**
 * Writes experts that share out the channels of the dense FFN, F / E to each.
 *
 * <p>The dense FFN is the sum of its parts, \( \sum_e W_d[:,K_e] h_{K_e} \), but gates sum to one.
 * Down projections are therefore multiplied by E: with all experts at work and equal gates the
 * mixture is the dense model. With K of them at work and equal gates it is E / K times the sum of
 * the chosen parts, which is unbiased where the router chooses at random. (LLaMA-MoE multiplies the
 * mixture by E / K instead of E, with gates that sum to one as well: K times less.)
 */
final class SplitWriter implements AutoCloseable {

  private final ExpertSetWriter writer;
  private final int experts;
  private final int width;

  /** Refuses a shape that is no equal split. */
  SplitWriter(DenseModel model, Settings settings, Path folder) {
    this.experts = settings.experts();
    this.width = settings.width();
    int channels = model.config().intermediateSize();
    if ((long) experts * width != channels) {
      throw new IllegalArgumentException(
          "%d experts of %d channels; a split shares out the dense FFN's %d, each exactly once"
              .formatted(experts, width, channels));
    }
    ExpertSetWriter.Shape shape = ExpertSetWriter.Shape.of(model.config(), experts, width);
    this.writer =
        new ExpertSetWriter(
            folder, shape, new ExpertSetWriter.Parts(Compensation.NONE, false, false, experts));
  }

  /**
   * One layer.
   *
   * @param expertOf the expert of each channel, [F], as many of each
   */
  void layer(int layer, int[] expertOf) {
    for (int e = 0; e < experts; e++) {
      int expert = e;
      int[] mine = IntStream.range(0, expertOf.length).filter(c -> expertOf[c] == expert).toArray();
      if (mine.length != width) {
        throw new IllegalStateException(
            "expert %d of layer %d got %d channels of %d".formatted(e, layer, mine.length, width));
      }
      writer.kept(e, layer, mine);
    }
  }

  /** Says that every layer was given. */
  void finish() {
    writer.finish();
  }

  @Override
  public void close() {
    writer.close();
  }
}
