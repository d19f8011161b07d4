package dev.shoal.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.TinyModels;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.moe.TinyMoe;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Training over several copies of a model")
class DataParallelTest {

  /** Five windows do not divide by two copies, nor do two of a micro-batch. */
  private static final Batches BATCHES =
      new Batches() {
        @Override
        public int[][] batch(long step) {
          return TinyModels.windows(5, 12, 1000 + step);
        }

        @Override
        public int[] dataSets(long step, int windows) {
          return new int[] {0, 1, 2, 0, 1};
        }
      };

  private static final TrainingSettings SETTINGS =
      TrainingSettings.of(5, new LearningRate(1e-2, true, 2), 2)
          .with(new TrainingSettings.Memory(24, 1));

  @TempDir private Path folder;

  @ParameterizedTest(name = "{0}, losses of the router {1}")
  @CsvSource({
    "ROUTER, 0",
    "ROUTER, 0.1",
    "EXPERTS, 0",
    "EXPERTS, 0.1",
    "EXPERTS_FULL, 0",
    "EXPERTS_FULL, 0.1"
  })
  @DisplayName("finds the losses and weights that one copy finds on the whole batch")
  void same(TrainingStage stage, double weight) {
    TrainingSettings settings =
        SETTINGS.with(new RouterLosses(weight, weight, weight, weight)); // micro-batches are equal
    try (Copies one = new Copies(1, stage, settings, TinyModels.DOUBLE);
        Copies two = new Copies(2, stage, settings, TinyModels.DOUBLE)) {
      for (int i = 0; i < 5; i++) {
        StepResult expected = one.loop.advance();
        StepResult found = two.loop.advance();
        // Sums of float64 in another order.
        assertThat(found.loss()).isCloseTo(expected.loss(), within(1e-8));
        assertThat(found.gradientNorm()).isCloseTo(expected.gradientNorm(), within(1e-8));
        assertThat(found.routerLosses()).hasSize(weight > 0 ? 4 : 0);
        expected
            .routerLosses()
            .forEach(
                (name, loss) ->
                    assertThat(found.routerLosses().get(name)).isCloseTo(loss, within(1e-8)));
      }
      for (int i = 0; i < one.weights(0, stage).size(); i++) {
        // AdamW divides by |g| + 1e-8, which makes an error of 1e-17 in g one of 1e-9; weights
        // reach 2
        // and are rounded to float32 on the way out.
        assertThat(two.weights(0, stage).get(i))
            .containsExactly(one.weights(0, stage).get(i), within(1e-6f));
        assertThat(two.weights(1, stage).get(i)).containsExactly(two.weights(0, stage).get(i));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EXPERTS", "EXPERTS_FULL"})
  @DisplayName("goes on bit for bit where a checkpoint left it")
  void resumes(TrainingStage stage) {
    TrainingSettings settings = SETTINGS.with(new RouterLosses(0.1, 0, 0.1, 0.1));
    try (Copies straight = new Copies(2, stage, settings, Device.cpu());
        Copies stopped = new Copies(2, stage, settings, Device.cpu());
        Copies resumed = new Copies(2, stage, settings, Device.cpu())) {
      IntStream.range(0, 5).forEach(i -> straight.loop.advance());
      IntStream.range(0, 3).forEach(i -> stopped.loop.advance());
      stopped.loop.save(folder);
      resumed.loop.restore(folder);
      IntStream.range(0, 2).forEach(i -> resumed.loop.advance());
      assertThat(resumed.loop.tail()).isEqualTo(straight.loop.tail());
      for (int copy = 0; copy < 2; copy++) {
        for (int i = 0; i < straight.weights(copy, stage).size(); i++) {
          assertThat(resumed.weights(copy, stage).get(i))
              .containsExactly(straight.weights(copy, stage).get(i));
        }
      }
    }
  }

  @Test
  @DisplayName("refuses a step that does not have a window for each")
  void refuses() {
    try (MoeModel one = TinyMoe.different(4, 2, Device.cpu());
        MoeModel two = TinyMoe.different(4, 2, Device.cpu());
        TrainingLoop loop =
            new TrainingLoop(
                List.of(new Replica(one, Optional.empty()), new Replica(two, Optional.empty())),
                TrainingStage.ROUTER,
                SETTINGS,
                step -> TinyModels.windows(1, 12, step))) {
      assertThatThrownBy(loop::advance)
          .hasMessage(
              "a step has 1 windows for 2 devices; give each at least one: raise training.batch_tokens or use fewer devices");
    }
  }

  /** Equal models under one loop. */
  private static final class Copies implements AutoCloseable {

    private final List<MoeModel> models;
    private final TrainingLoop loop;

    Copies(int count, TrainingStage stage, TrainingSettings settings, Device device) {
      models = IntStream.range(0, count).mapToObj(i -> TinyMoe.different(4, 2, device)).toList();
      List<Replica> replicas =
          models.stream().map(model -> new Replica(model, Optional.empty())).toList();
      loop = new TrainingLoop(replicas, stage, settings, BATCHES);
    }

    List<float[]> weights(int copy, TrainingStage stage) {
      MoeModel model = models.get(copy);
      return Trainables.of(model, stage).names().stream()
          .map(name -> model.kernels().download(model.array(name)))
          .toList();
    }

    @Override
    public void close() {
      loop.close();
      models.forEach(MoeModel::close);
    }
  }
}
