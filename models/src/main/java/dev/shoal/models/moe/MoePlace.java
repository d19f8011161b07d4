package dev.shoal.models.moe;

import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.DenseModel;
import java.util.Optional;

/**
 * Where a sparse model is put.
 *
 * @param beside its dense source there, with which it shares what no stage trains
 */
record MoePlace(Device device, Optional<DenseModel> beside) {

  static MoePlace on(Device device) {
    return new MoePlace(device, Optional.empty());
  }

  static MoePlace beside(DenseModel source) {
    return new MoePlace(source.device(), Optional.of(source));
  }
}
