package dev.shoal.models.training;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/**
 * Windows that go forward and backward at once, on their device.
 *
 * @param ids [B, S] int64
 * @param dataSets which data set each window is of, as a row of zeros and a one, [B, D] int64;
 *     nothing where no loss asks
 */
record MicroBatch(NDArray ids, Optional<NDArray> dataSets) {

  /** Where it does not matter what the windows are of. */
  static MicroBatch of(NDArray ids) {
    return new MicroBatch(ids, Optional.empty());
  }
}
