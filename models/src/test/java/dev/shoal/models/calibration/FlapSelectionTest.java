package dev.shoal.models.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.models.Lab;
import dev.shoal.models.Progress;
import dev.shoal.models.corpus.Corpus;
import dev.shoal.models.corpus.CorpusSource;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.DenseTensor;
import dev.shoal.models.prune.PrunedChannels;
import dev.shoal.models.tokens.ModelTokenizer;
import dev.shoal.models.tokens.TokenFile;
import dev.shoal.models.tokens.TokenWriter;
import dev.shoal.models.tokens.Windows;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code calibration.statistic} is worth; docs/dive-2025.md quotes it. */
@DisplayName("Of the half of the channels that FLAP's recurrence keeps")
class FlapSelectionTest {

  private static final Path SAMPLE = Path.of("..", "ops", "sample");

  @TempDir private Path folder;

  @BeforeAll
  static void oneThread() {
    Engine.setThreads(1);
  }

  @Test
  @DisplayName("the variance keeps 97 % and more on the shipped sample, from 64 windows")
  void sample() {
    Path text = SAMPLE.resolve("corpora/german/train.jsonl.gz");
    assertThat(agreement(SAMPLE.resolve("model"), text, 64)).isGreaterThan(0.97);
  }

  @Test
  @DisplayName("the variance keeps 99 % and more on real text, from 256 windows")
  void lab() {
    Path text = Lab.path("corpora/legal/train.jsonl.gz");
    assertThat(agreement(Lab.path("models/lab-3m"), text, 256)).isGreaterThan(0.99);
  }

  private double agreement(Path folderOfModel, Path text, int count) {
    TokenFile tokens = tokens(folderOfModel, text, count);
    Windows all = new Windows(tokens, 256, 42, "calibration");
    List<int[]> windows = IntStream.range(0, count).mapToObj(all::get).toList();
    try (DenseModel model = DenseModel.load(folderOfModel, Device.cpu())) {
      int[][] usual = kept(model, CalibrationPass.run(model, windows, Progress.NONE));
      int[][] flap = kept(model, CalibrationPass.flap(model, windows, Progress.NONE));
      double same = 0;
      for (int l = 0; l < flap.length; l++) {
        int[] other = usual[l];
        same += Arrays.stream(flap[l]).filter(j -> Arrays.binarySearch(other, j) >= 0).count();
      }
      return same / (flap.length * flap[0].length);
    }
  }

  private static int[][] kept(DenseModel model, ChannelSpread spread) {
    int half = model.config().intermediateSize() / 2;
    int hidden = model.config().hiddenSize();
    return PrunedChannels.of(spread, l -> model.values(l, DenseTensor.DOWN), hidden, half).kept();
  }

  private TokenFile tokens(Path folderOfModel, Path text, int windows) {
    Path at = folder.resolve("tokens");
    CorpusSource source = new CorpusSource("text", text.toString(), "text");
    try (ModelTokenizer tokenizer = ModelTokenizer.open(folderOfModel);
        TokenWriter writer = new TokenWriter(at)) {
      Corpus.forEach(
          source,
          document -> {
            if (writer.count() < (long) windows * 256) {
              writer.add(tokenizer.encode(document));
            }
          });
    }
    return TokenFile.open(at);
  }
}
