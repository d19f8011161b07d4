package dev.shoal.models.bench;

import dev.shoal.models.checkpoint.SafetensorsWriter;
import dev.shoal.models.checkpoint.TensorDtype;
import dev.shoal.models.checkpoint.TensorSpec;
import dev.shoal.models.engine.Device;
import dev.shoal.models.export.SparseCheckpoint;
import dev.shoal.models.generation.GenerationSettings;
import dev.shoal.models.generation.Generator;
import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LanguageModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Writes what Shoal computes with a dense or exported model, for {@code ops/parity/logits.py}:
 * logits of a sequence as long as the model reads (at most 1,024), at 16 positions from the first
 * to the last, and 64 greedy tokens behind its first 32. Arguments: the model folder, the file.
 */
public final class Logits {

  private static final int LONGEST = 1024;
  private static final int POSITIONS = 16;
  private static final int PROMPT = 32;
  private static final int GREEDY = 64;

  private Logits() {}

  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    try (LanguageModel model =
        SparseCheckpoint.isOne(folder)
            ? SparseCheckpoint.load(folder, Device.cpu())
            : DenseModel.load(folder, Device.cpu())) {
      int vocabulary = model.config().vocabSize();
      int length = Math.min(LONGEST, model.config().longestSequence());
      int[] ids = new SplittableRandom(11).ints(length, 3, vocabulary).toArray();
      int[] positions =
          IntStream.range(0, POSITIONS).map(i -> i * (length - 1) / (POSITIONS - 1)).toArray();
      int prompt = Math.min(PROMPT, length / 2);
      int tokens = Math.min(GREEDY, length - prompt);
      int[] greedy;
      try (Generator generator = new Generator(model, none -> "")) {
        greedy =
            generator
                .generate(
                    Arrays.copyOf(ids, prompt),
                    GenerationSettings.greedy(tokens, List.of()),
                    piece -> {})
                .ids()
                .stream()
                .mapToInt(Integer::intValue)
                .toArray();
      }
      write(Path.of(args[1]), ids, positions, model.logits(ids), vocabulary, prompt, greedy);
    }
  }

  private static void write(
      Path file,
      int[] ids,
      int[] positions,
      float[] logits,
      int vocabulary,
      int prompt,
      int[] greedy) {
    List<TensorSpec> specs =
        List.of(
            new TensorSpec("ids", TensorDtype.I32, List.of((long) ids.length)),
            new TensorSpec("positions", TensorDtype.I32, List.of((long) positions.length)),
            new TensorSpec(
                "logits", TensorDtype.F32, List.of((long) positions.length, (long) vocabulary)),
            new TensorSpec("prompt", TensorDtype.I32, List.of(1L)),
            new TensorSpec("greedy", TensorDtype.I32, List.of((long) greedy.length)));
    try (SafetensorsWriter writer = new SafetensorsWriter(file, specs, Map.of())) {
      writer.write("ids", ids);
      writer.write("positions", positions);
      for (int position : positions) {
        int at = position * vocabulary;
        writer.write("logits", Arrays.copyOfRange(logits, at, at + vocabulary));
      }
      writer.write("prompt", new int[] {prompt});
      writer.write("greedy", greedy);
    }
  }
}
