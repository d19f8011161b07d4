package dev.shoal.models.sample;

import dev.shoal.models.Progress;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LlamaCheckpoint;
import dev.shoal.models.tokens.ModelTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder {@code ops/sample}, made from nothing.
 *
 * <pre>
 * corpora/&lt;domain&gt;/train.jsonl.gz, eval.jsonl.gz
 * tasks/steps.jsonl, multiples.jsonl
 * model/config.json, model.safetensors, tokenizer.json, tokenizer_config.json
 * </pre>
 */
public final class Sample {

  /** Training steps; 2.5 million tokens in all, a little more than each text once. */
  private static final int STEPS = 2400;

  private Sample() {}

  /**
   * Writes corpora, tokenizer and model; minutes on two cores, nearly all of it training.
   *
   * @param progress told of every training step
   */
  public static void write(Path folder, Progress progress) throws IOException {
    Map<String, List<String>> documents = writeCorpora(folder.resolve("corpora"));
    SampleTasks.write(folder.resolve("tasks"));
    Path model = Files.createDirectories(folder.resolve("model"));
    writeTokenizer(documents, model);
    writeModel(documents, STEPS, model, progress);
  }

  /** Writes both parts of every domain; returns the training documents by domain. */
  static Map<String, List<String>> writeCorpora(Path folder) throws IOException {
    Map<String, List<String>> documents = new LinkedHashMap<>();
    for (SampleDomain domain : SampleCorpora.domains()) {
      SampleCorpora.Corpus corpus = SampleCorpora.generate(domain, SampleCorpora.Size.SHIPPED);
      SampleCorpora.write(domain, corpus, folder);
      documents.put(domain.name(), corpus.train());
    }
    return documents;
  }

  static void writeTokenizer(Map<String, List<String>> documents, Path folder) throws IOException {
    List<String> texts = new ArrayList<>();
    documents.values().forEach(texts::addAll);
    BytePairs pairs = BytePairTrainer.train(texts, SampleTraining.CONFIG.vocabSize());
    TokenizerFiles.write(pairs, SampleTraining.CONFIG.maxPositions(), folder);
  }

  /** Trains a model with the tokenizer in the folder and writes it there. */
  static void writeModel(
      Map<String, List<String>> documents, int steps, Path folder, Progress progress)
      throws IOException {
    Path scratch = Files.createTempDirectory("shoal-sample");
    try (ModelTokenizer tokenizer = ModelTokenizer.open(folder, SampleTraining.CONFIG.tokens());
        DenseModel model =
            new SampleTraining(tokenizer, scratch).train(documents, steps, progress)) {
      LlamaCheckpoint.write(model, folder, TensorDtype.BF16);
    } finally {
      delete(scratch);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
