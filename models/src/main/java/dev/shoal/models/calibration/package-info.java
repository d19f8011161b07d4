/**
 * What calibration observes of the dense model: moments of every intermediate channel.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.calibration.ChannelStatistics}: count, mean and squared deviations
 *       of each channel of each layer, merged exactly from any number of pieces;
 *   <li>{@link dev.shoal.models.calibration.FlapStatistics}: what the public FLAP code computes
 *       instead, window by window; {@link dev.shoal.models.calibration.ChannelSpread} is what
 *       pruning asks of either;
 *   <li>{@link dev.shoal.models.calibration.CalibrationPass}: the dense model reads the windows;
 *   <li>{@link dev.shoal.models.calibration.LayerMatrices}: sums over pairs of channels, such as
 *       second moments.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>The statistics depend on neither the width of the experts nor on the grouping, so one pass
 *       over a data set serves every choice made after it (FLAP's cannot be merged into groups).
 *   <li>All sums are fp64.
 * </ul>
 */
package dev.shoal.models.calibration;
