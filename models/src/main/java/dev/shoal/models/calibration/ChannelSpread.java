package dev.shoal.models.calibration;

/**
 * What pruning asks of a calibration: how large every channel is on average, and how much it
 * varies. Axes: L layers, F intermediate channels.
 */
public interface ChannelSpread {

  /** L. */
  int layers();

  /** Mean of every channel of a layer, [F]. */
  double[] mean(int layer);

  /** Variance of every channel of a layer, or what stands for it in the score, [F]. */
  double[] variance(int layer);
}
