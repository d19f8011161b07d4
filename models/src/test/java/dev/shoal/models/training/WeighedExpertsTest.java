package dev.shoal.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.Lora;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.TinyMoe;
import dev.shoal.models.prune.Compensation;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The router stage's layers")
class WeighedExpertsTest {

  /** 39 tokens: not a multiple of eight. */
  private static final int[][] WINDOWS = TinyModels.windows(3, 13, 5);

  @ParameterizedTest
  @EnumSource(Compensation.class)
  @DisplayName("compute all experts at once as it is done one by one")
  void shared(Compensation compensation) {
    float[][][] bias = new float[4][2][32];
    for (int e = 0; e < 4; e++) {
      Arrays.fill(bias[e][0], 0.1f * e);
    }
    int[][][] kept = TinyMoe.kept(4, 20, 7);
    try (MoeModel sparse =
        TinyMoe.model(kept, compensation == Compensation.BIAS ? bias : null, 1, Device.cpu())) {
      if (compensation == Compensation.FOLD) {
        TinyMoe.bendDown(sparse);
      }
      try (NDManager scope = sparse.manager().newSubManager();
          KernelModule kernels = BackwardPass.kernels(sparse)) {
        NDArray x = sparse.embed(scope, sparse.ids(scope, WINDOWS));
        NDList routing = sparse.routing(scope, 0.5);
        routing.add(KernelModule.host(scope).create(0L));
        KernelArguments arguments =
            new KernelArguments()
                .add(x)
                .add(sparse.sharedChannels(scope).orElseThrow().layers(0, 2))
                .add(new NDList(scope.create(new Shape(0))))
                .add(sparse.rope(13))
                .add(routing);
        NDArray y = kernels.call(scope, "taped_layers", arguments).head();
        KernelArguments oneByOne =
            new KernelArguments()
                .add(x)
                .add(sparse.weights().layers())
                .add(sparse.rope(13))
                .add(sparse.routing(scope, 0.5));
        NDArray each = sparse.kernels().call(scope, "moe_layers", oneByOne).head();
        // sums of 80 products in another order; states reach 10
        assertThat(kernels.download(y)).containsExactly(kernels.download(each), within(1e-4f));
      }
      sparse.adapt(new Lora(2, 2), 1);
      assertThat(sparse.sharedChannels(sparse.manager())).isEmpty();
    }
  }
}
