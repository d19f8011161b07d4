package dev.shoal.models.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.engine.KernelArguments;
import dev.shoal.models.engine.KernelModule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An operator written in Java")
class TorchShimTest {

  private static final Memory LIBRARY = new Memory(16);
  private final List<ArrayView> seen = new ArrayList<>();

  @Test
  @DisplayName("is called by a kernel, sees the strides of its arguments and writes into them")
  void probe() {
    TorchShim.Operator operator = this::timesNumber;
    try (NDManager manager = Engine.newManager(Device.cpu())) { // loads the library
      define(operator);
      NDArray a = manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3));
      NDArray b = manager.create(new float[] {0, 0});
      KernelModule.Fragment fragment = new KernelModule.Fragment(getClass(), "probe.kernels");
      try (KernelModule kernels = KernelModule.load(Device.cpu(), fragment)) {
        kernels.call(manager, "probe", new KernelArguments().add(a).add(b));
      }
      assertThat(b.toFloatArray()).containsExactly(4 * 2.5f, 5 * 2.5f);
      assertThat(seen.get(0).sizes()).containsExactly(1, 2);
      assertThat(seen.get(0).leading()).isEqualTo(3);
    }
  }

  private static void define(TorchShim.Operator operator) {
    String schema = "probe(Tensor a, Tensor(a!) b, float factor) -> ()";
    Pointer cpu = LIBRARY.share(8);
    assertThat(TorchShim.aoti_torch_library_init_fragment("shoal_test", "test", 1, LIBRARY))
        .isZero();
    assertThat(TorchShim.aoti_torch_library_init_impl("shoal_test", "CPU", "test", 1, cpu))
        .isZero();
    assertThat(TorchShim.aoti_torch_library_def(LIBRARY.getPointer(0), schema)).isZero();
    assertThat(TorchShim.aoti_torch_library_impl(LIBRARY.getPointer(8), "probe", operator))
        .isZero();
  }

  private void timesNumber(Pointer stack, long arguments, long results) {
    for (int i = 0; i < 2; i++) {
      Pointer handle = stack.getPointer(8L * i);
      seen.add(ArrayView.of(handle));
      TorchShim.aoti_torch_delete_tensor_object(handle);
    }
    for (int i = 0; i < seen.get(0).columns(); i++) {
      float value = new Pointer(seen.get(0).data()).getFloat(4L * i);
      new Pointer(seen.get(1).data()).setFloat(4L * i, (float) (value * stack.getDouble(16)));
    }
  }
}
