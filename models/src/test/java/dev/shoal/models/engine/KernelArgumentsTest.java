package dev.shoal.models.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The arguments of a kernel")
class KernelArgumentsTest {

  @Test
  @DisplayName("come in order: arrays as they are, numbers as small arrays, lists by a common name")
  void order() {
    try (NDManager host = Engine.newManager(Device.cpu())) {
      NDArray array = host.create(1f);
      NDArray second = host.create(2f);
      NDArray third = host.create(3f);
      KernelArguments arguments =
          new KernelArguments()
              .add(3L, 1L << 40)
              .add(new NDList(array))
              .add(0.1)
              .add(new NDList(second, third));
      NDList all = arguments.after(host.create(0f), host);
      assertThat(all).hasSize(6);
      assertThat(all.get(1).getDataType()).isEqualTo(DataType.INT64);
      assertThat(all.get(1).toLongArray()).containsExactly(3, 1L << 40);
      assertThat(all.get(3).getDataType()).isEqualTo(DataType.FLOAT64);
      assertThat(all.get(3).toDoubleArray()).containsExactly(0.1);
      assertThat(all.subList(4, 6)).containsExactly(second, third);
      assertThat(array.getName()).isEqualTo("list0[]");
      assertThat(List.of(second.getName(), third.getName())).containsOnly("list1[]");
    }
  }

  @Test
  @DisplayName("refuse an empty list, which a kernel could not tell from no list")
  void empty() {
    assertThatThrownBy(() -> new KernelArguments().add(new NDList()))
        .hasMessage("a kernel cannot be given an empty list of arrays");
  }
}
