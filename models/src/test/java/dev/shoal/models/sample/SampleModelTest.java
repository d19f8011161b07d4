package dev.shoal.models.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.models.Progress;
import dev.shoal.models.checkpoint.Sha256;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.engine.Device;
import dev.shoal.models.evaluation.Nll;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LlamaCheckpoint;
import dev.shoal.models.tokens.ModelTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The sample model")
class SampleModelTest {

  private static final Path SHIPPED = Path.of("..", "ops", "sample", "model");
  private static final int WINDOW = 256;

  @Test
  @DisplayName("has 869,504 parameters: 1024*128 embedded, 4*184,576 in layers, 128 in the norm")
  void parameters() {
    // A layer: 128*(128+64+64+128) in attention, 3*128*352 in the FFN, 2*128 in norms.
    assertThat(4 * (128 * 384 + 3 * 128 * 352 + 2 * 128) + 1024 * 128 + 128).isEqualTo(869_504);
    assertThat(
            LlamaCheckpoint.shapes(SampleTraining.CONFIG).values().stream()
                .mapToLong(shape -> shape.stream().reduce(1L, (a, b) -> a * b))
                .sum())
        .isEqualTo(869_504);
  }

  @Test
  @DisplayName("is shipped with the architecture it is trained with")
  void architecture() {
    assertThat(LlamaConfig.read(SHIPPED)).isEqualTo(SampleTraining.CONFIG);
  }

  @Test
  @DisplayName("predicts every domain far better than its token counts do")
  void beatsCounting() {
    try (ModelTokenizer tokenizer = ModelTokenizer.open(SHIPPED);
        DenseModel model = DenseModel.load(SHIPPED, Device.cpu())) {
      for (SampleDomain domain : SampleCorpora.domains()) {
        SampleCorpora.Corpus corpus =
            SampleCorpora.generate(domain, new SampleCorpora.Size(20_000, 6_000));
        int[][] windows = windows(tokens(tokenizer, corpus.eval()));
        double unigram = unigramPerplexity(tokens(tokenizer, corpus.train()), windows);
        assertThat(perplexity(model, windows)).as(domain.name()).isBetween(1.1, unigram / 10);
      }
    }
  }

  @Test
  @DisplayName("comes out the same when it is trained again")
  void reproducible(@TempDir Path folder) throws IOException {
    assertThat(trainTwoSteps(folder.resolve("a"))).isEqualTo(trainTwoSteps(folder.resolve("b")));
  }

  private static String trainTwoSteps(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.copy(SHIPPED.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    SampleDomain domain = new JsonRecords();
    List<String> documents =
        SampleCorpora.generate(domain, new SampleCorpora.Size(20_000, 0)).train();
    Sample.writeModel(Map.of(domain.name(), documents), 2, folder, Progress.NONE);
    return Sha256.of(folder.resolve("model.safetensors"));
  }

  private static int[] tokens(ModelTokenizer tokenizer, List<String> documents) {
    return tokenizer.encodeAll(documents).stream().flatMapToInt(Arrays::stream).toArray();
  }

  private static int[][] windows(int[] tokens) {
    return IntStream.range(0, tokens.length / WINDOW)
        .mapToObj(i -> Arrays.copyOfRange(tokens, i * WINDOW, (i + 1) * WINDOW))
        .toArray(int[][]::new);
  }

  private static double perplexity(DenseModel model, int[][] windows) {
    List<Nll> scores = new ArrayList<>(model.nll(windows));
    double sum = scores.stream().mapToDouble(Nll::sum).sum();
    return Math.exp(sum / scores.stream().mapToLong(Nll::tokens).sum());
  }

  /** Of a model that knows how often each token occurs, with one added to every count. */
  private static double unigramPerplexity(int[] train, int[][] windows) {
    Map<Integer, Integer> counts = new HashMap<>();
    Arrays.stream(train).forEach(token -> counts.merge(token, 1, Integer::sum));
    double total = train.length + SampleTraining.CONFIG.vocabSize();
    return Math.exp(
        Arrays.stream(windows)
            .flatMapToInt(Arrays::stream)
            .mapToDouble(token -> -Math.log((counts.getOrDefault(token, 0) + 1) / total))
            .average()
            .orElseThrow());
  }
}
