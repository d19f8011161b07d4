package dev.shoal.models.export;

import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.MoeTensor;
import dev.shoal.models.moe.MoeWeightSource;

/** A mixture with its adapters merged and every weight rounded to a storage type. */
final class RoundedModel {

  private RoundedModel() {}

  /** The rounded copy; the caller closes it. */
  static MoeModel of(MoeModel model, TensorDtype dtype) {
    MoeWeightSource source =
        new MoeWeightSource() {
          @Override
          public float[] values(String name, long[] shape) {
            return rounded(model.kernels().download(model.array(name)), dtype);
          }

          @Override
          public float[] experts(int layer, MoeTensor tensor) {
            if (tensor == MoeTensor.BIAS) {
              return new float[0];
            }
            boolean adapted = MixtralTensors.EXPERT.contains(tensor);
            float[] values =
                adapted
                    ? model.merged(layer, tensor)
                    : model.kernels().download(model.get(layer, tensor));
            return rounded(values, dtype);
          }
        };
    return MoeModel.of(
        model.config(), model.shape(), model.expertsPerToken(), source, model.device());
  }

  private static float[] rounded(float[] values, TensorDtype dtype) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = round(values[i], dtype);
    }
    return rounded;
  }

  private static float round(float value, TensorDtype dtype) {
    return switch (dtype) {
      case BF16 -> TensorDtype.fromBf16(TensorDtype.toBf16(value));
      case F16 -> TensorDtype.fromF16(TensorDtype.toF16(value));
      default -> value;
    };
  }
}
