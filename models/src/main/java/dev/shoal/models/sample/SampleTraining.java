package dev.shoal.models.sample;

import dev.shoal.models.Progress;
import dev.shoal.models.config.Family;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.config.RopeSettings;
import dev.shoal.models.config.SpecialTokens;
import dev.shoal.models.engine.Device;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.tokens.ModelTokenizer;
import dev.shoal.models.tokens.TokenFile;
import dev.shoal.models.tokens.TokenWriter;
import dev.shoal.models.tokens.TrainingMix;
import dev.shoal.models.training.LearningRate;
import dev.shoal.models.training.StepResult;
import dev.shoal.models.training.TrainingLoop;
import dev.shoal.models.training.TrainingSettings;
import dev.shoal.models.training.TrainingStage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains the dense model of the sample from nothing, on the CPU.
 *
 * <p>Every domain has the same share of the sequences; a sequence holds text of one domain, as the
 * windows of calibration do.
 */
final class SampleTraining {

  /** 4 layers of width 128 with 352 intermediate channels: 869,504 parameters. */
  static final LlamaConfig CONFIG =
      new LlamaConfig(
          Family.LLAMA,
          1024,
          128,
          352,
          4,
          4,
          2,
          32,
          512,
          null,
          1e-5,
          new RopeSettings(10_000),
          true,
          new SpecialTokens(1, 2, null));

  private static final long SEED = 42;
  private static final int SEQUENCE_TOKENS = 256;
  private static final int BATCH_SEQUENCES = 4;
  private static final double LEARNING_RATE = 4e-3;

  private final ModelTokenizer tokenizer;
  private final Path scratch;

  /**
   * Prepares a training.
   *
   * @param scratch folder for token files; the caller deletes it
   */
  SampleTraining(ModelTokenizer tokenizer, Path scratch) {
    this.tokenizer = tokenizer;
    this.scratch = scratch;
  }

  /**
   * Trains a fresh model.
   *
   * @param documents training documents by the name of their domain
   * @return the model, owned by the caller
   */
  DenseModel train(Map<String, List<String>> documents, int steps, Progress progress) {
    TrainingMix mix = new TrainingMix(tokenize(documents), SEQUENCE_TOKENS, SEED);
    DenseModel model = DenseModel.initialize(CONFIG, SEED, Device.cpu());
    try (TrainingLoop loop =
        new TrainingLoop(
            model,
            TrainingStage.DENSE,
            TrainingSettings.of(steps, new LearningRate(LEARNING_RATE, true, steps / 20), 1),
            step -> mix.batch(step, BATCH_SEQUENCES),
            Optional.empty())) {
      while (loop.step() < loop.totalSteps()) {
        StepResult done = loop.advance();
        progress.report("train", done.step() + 1, loop.totalSteps());
      }
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private List<TrainingMix.Source> tokenize(Map<String, List<String>> documents) {
    List<TrainingMix.Source> sources = new ArrayList<>();
    documents.forEach(
        (name, texts) -> {
          Path folder = scratch.resolve(name);
          try (TokenWriter writer = new TokenWriter(folder)) {
            tokenizer.encodeAll(texts).forEach(writer::add);
          }
          sources.add(new TrainingMix.Source(name, TokenFile.open(folder), 1));
        });
    return sources;
  }
}
