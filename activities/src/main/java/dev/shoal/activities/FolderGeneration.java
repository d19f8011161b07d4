package dev.shoal.activities;

import dev.shoal.models.engine.Device;
import dev.shoal.models.generation.EndTokens;
import dev.shoal.models.generation.Generated;
import dev.shoal.models.generation.GenerationSettings;
import dev.shoal.models.generation.Generator;
import dev.shoal.models.generation.Sampling;
import dev.shoal.models.llama.LanguageModel;
import dev.shoal.models.tokens.ModelTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Lets any folder that holds a dense or sparse model write, outside of runs. */
public final class FolderGeneration implements AutoCloseable {

  private final Path folder;
  private final LanguageModel model;
  private final ModelTokenizer tokenizer;

  private FolderGeneration(Path folder, LanguageModel model, ModelTokenizer tokenizer) {
    this.folder = folder;
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /** Loads the model; the caller closes it. */
  public static FolderGeneration open(Path folder, Device device) {
    LanguageModel model = FolderEvaluation.load(folder, device);
    try {
      return new FolderGeneration(
          folder, model, ModelTokenizer.open(folder, model.config().tokens()));
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /**
   * What comes behind a prompt.
   *
   * @param listener told more of the text as soon as it is written
   * @throws IllegalArgumentException if the prompt is empty or too long for the model
   */
  public Generated write(
      String prompt, int maxNewTokens, Sampling sampling, Consumer<String> listener) {
    GenerationSettings settings =
        new GenerationSettings(maxNewTokens, sampling, EndTokens.of(folder), List.of());
    int[] ids = tokenizer.encodeTexts(List.of(prompt), true).get(0);
    try (Generator generator = new Generator(model, tokenizer::decode)) {
      return generator.generate(ids, settings, listener);
    }
  }

  @Override
  public void close() {
    tokenizer.close();
    model.close();
  }
}
