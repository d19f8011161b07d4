package dev.shoal.models.tasks;

import dev.shoal.models.config.SpecialTokens;
import dev.shoal.models.tokens.ModelTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts become token ids as in lm-evaluation-harness.
 *
 * <p>White space at the end of a context moves to its continuations. Context and continuation are
 * encoded together, the context once more by itself, and as many ids as that gives are taken off
 * the front of the first: what remains is the continuation. (Where a token would span both, the
 * context keeps its own tokens and the continuation begins later; so it is there.) An empty context
 * becomes the prefix token, and a continuation that begins with that very token gives it up.
 *
 * <p>The prefix token is begin, or end where the tokenizer has no begin. A text that spells it out
 * at its beginning gets no second one.
 */
final class PairEncoder {

  /** Texts given to the tokenizer at once. */
  private static final int PORTION = 4096;

  private final ModelTokenizer tokenizer;
  private final Bos bos;
  private final Integer begin;
  private final Integer prefix;
  private final String prefixText;

  PairEncoder(ModelTokenizer tokenizer, Bos bos) {
    SpecialTokens named = tokenizer.namedTokens();
    this.tokenizer = tokenizer;
    this.bos = bos;
    this.begin = named.bos();
    this.prefix = named.bos() == null ? named.eos() : named.bos();
    this.prefixText = prefix == null ? null : tokenizer.token(prefix);
  }

  /** A context and what may follow it. */
  record Pair(String context, List<String> continuations) {}

  /** The ids of a {@link Pair}; every continuation follows the same context. */
  record EncodedPair(int[] context, List<int[]> continuations) {}

  /** What an empty context and the first window of a text begin with. */
  int prefix() {
    if (prefix == null) {
      throw new TaskException(
          "the tokenizer names neither a begin nor an end token, so nothing can precede a text; name one in tokenizer_config.json");
    }
    return prefix;
  }

  /** Ids of pairs, in order. */
  List<EncodedPair> encode(List<Pair> pairs) {
    List<String> texts = new ArrayList<>();
    for (Pair pair : pairs) {
      String context = PythonText.stripTrailing(pair.context());
      texts.add(context);
      pair.continuations().forEach(continuation -> texts.add(pair.context() + continuation));
    }
    List<int[]> ids = encodeTexts(texts);
    List<EncodedPair> encoded = new ArrayList<>(pairs.size());
    int at = 0;
    for (Pair pair : pairs) {
      int end = at + 1 + pair.continuations().size();
      encoded.add(
          pair.context().isEmpty()
              ? withoutContext(pair.continuations())
              : split(ids.get(at), ids.subList(at + 1, end)));
      at = end;
    }
    return encoded;
  }

  /** Ids of whole texts, with begin or without. */
  List<int[]> encodeTexts(List<String> texts) {
    List<int[]> ids = new ArrayList<>(texts.size());
    for (int at = 0; at < texts.size(); at += PORTION) {
      ids.addAll(encodePortion(texts.subList(at, Math.min(texts.size(), at + PORTION))));
    }
    return ids;
  }

  private List<int[]> encodePortion(List<String> texts) {
    List<int[]> ids = new ArrayList<>(tokenizer.encodeTexts(texts, bos == Bos.TOKENIZER));
    for (int i = 0; i < texts.size(); i++) {
      boolean spelled = prefixText != null && texts.get(i).startsWith(prefixText);
      if (spelled && bos == Bos.TOKENIZER) {
        ids.set(i, tokenizer.encodePiece(texts.get(i)));
      } else if (!spelled && bos == Bos.ALWAYS && begin != null) {
        ids.set(i, join(begin, ids.get(i)));
      }
    }
    return ids;
  }

  private EncodedPair split(int[] context, List<int[]> wholes) {
    List<int[]> continuations = new ArrayList<>(wholes.size());
    for (int[] whole : wholes) {
      int from = Math.min(context.length, whole.length);
      continuations.add(Arrays.copyOfRange(whole, from, whole.length));
    }
    // Nothing but white space before the continuation, and no begin token either.
    return new EncodedPair(context.length == 0 ? new int[] {prefix()} : context, continuations);
  }

  private EncodedPair withoutContext(List<String> texts) {
    List<int[]> continuations = new ArrayList<>(texts.size());
    for (int[] ids : tokenizer.encodeTexts(texts, false)) {
      boolean begins = ids.length > 0 && ids[0] == prefix();
      continuations.add(begins ? Arrays.copyOfRange(ids, 1, ids.length) : ids);
    }
    return new EncodedPair(new int[] {prefix()}, continuations);
  }

  private static int[] join(int first, int[] rest) {
    int[] all = new int[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }
}
