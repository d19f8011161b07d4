package dev.shoal.models.gguf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.models.engine.Device;
import dev.shoal.models.engine.Engine;
import dev.shoal.models.export.SparseCheckpoint;
import dev.shoal.models.moe.MoeModel;
import dev.shoal.models.tokens.ModelTokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;

/**
 * What Shoal says of an exported folder, for {@code ops/parity/gguf.py compare}: ids, logits, and
 * the likeliest tokens that follow.
 *
 * <p>Arguments: the folder, a file of {@code {"text": ...}} lines, the file to write.
 */
public final class GgufReference {

  private static final int TOKENS = 256;
  private static final int PROMPT = 16;
  private static final int GREEDY = 32;
  private static final ObjectMapper JSON = new ObjectMapper();

  private GgufReference() {}

  /** Writes the file. */
  public static void main(String[] args) throws IOException {
    Engine.setThreads(1);
    ObjectNode root = JSON.createObjectNode();
    ArrayNode documents = root.putArray("documents");
    Path folder = Path.of(args[0]);
    try (MoeModel model = SparseCheckpoint.load(folder, Device.cpu());
        ModelTokenizer tokenizer = ModelTokenizer.open(folder, model.config().tokens())) {
      for (String line : Files.readAllLines(Path.of(args[1]))) {
        String text = JSON.readTree(line).get("text").asText();
        int[] ids = tokenizer.encode(text);
        describe(
            documents.addObject().put("text", text), model, Arrays.copyOf(ids, ids.length - 1));
      }
    }
    JSON.writeValue(Path.of(args[2]).toFile(), root);
  }

  /** The end of the document is not part of a prompt. */
  private static void describe(ObjectNode document, MoeModel model, int[] ids) {
    int positions = Math.min(TOKENS, ids.length);
    float[] logits = model.logits(Arrays.copyOf(ids, positions));
    ByteBuffer bytes = ByteBuffer.allocate(4 * logits.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(logits);
    document.put("positions", positions).put("prompt", Math.min(PROMPT, ids.length));
    document.put("logits", Base64.getEncoder().encodeToString(bytes.array()));
    Arrays.stream(ids).forEach(document.putArray("ids")::add);
    ArrayNode greedy = document.putArray("greedy");
    ArrayNode margins = document.putArray("margins");
    int[] all = Arrays.copyOf(ids, Math.min(PROMPT, ids.length));
    for (int i = 0; i < GREEDY; i++) {
      float[] every = model.logits(all);
      float[] last =
          Arrays.copyOfRange(every, every.length - model.config().vocabSize(), every.length);
      all = Arrays.copyOf(all, all.length + 1);
      all[all.length - 1] = likeliest(last);
      greedy.add(all[all.length - 1]);
      float[] sorted = last.clone();
      Arrays.sort(sorted);
      margins.add(sorted[sorted.length - 1] - sorted[sorted.length - 2]);
    }
  }

  private static int likeliest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
