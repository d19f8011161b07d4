package dev.shoal.models.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** One text while it is written: its tokens, what may be shown of it, and whether it has ended. */
final class Continuation {

  private final int index;
  private final int[] prompt;
  private final int positions;
  private final GenerationSettings settings;
  private final Function<int[], String> decoder;
  private final TokenSampler sampler;
  private final TextStream stream;
  private final StopStrings text;
  private final List<Integer> ids = new ArrayList<>();
  private StopReason stop; // null while it goes on

  /**
   * Nothing written yet.
   *
   * @param index the prompt's place among those of a call
   * @param sampler makes the choices of this text alone
   */
  Continuation(
      int index, int[] prompt, GenerationSettings settings, TokenSampler sampler, Target target) {
    this.index = index;
    this.prompt = prompt;
    this.settings = settings;
    this.sampler = sampler;
    this.positions = target.positions();
    this.decoder = target.decoder();
    this.stream = new TextStream(decoder, prompt);
    this.text = new StopStrings(settings.until());
  }

  /**
   * What any text must fit.
   *
   * @param positions most tokens of prompt and text together
   * @param decoder text of ids
   */
  record Target(int positions, Function<int[], String> decoder) {}

  int index() {
    return index;
  }

  int[] prompt() {
    return prompt;
  }

  /** The newest token. */
  int last() {
    return ids.get(ids.size() - 1);
  }

  /** Where the newest token goes: its position. */
  int place() {
    return prompt.length + ids.size() - 1;
  }

  boolean ended() {
    return stop != null;
  }

  /** Chooses a token from logits that begin at an index; returns what may be shown now. */
  String accept(float[] logits, int begin, int vocabulary) {
    int token = sampler.next(logits, begin, vocabulary);
    ids.add(token);
    if (settings.eosIds().contains(token)) {
      stop = StopReason.EOS;
      return text.add(stream.rest()) + text.rest();
    }
    String shown = text.add(stream.add(token));
    if (!text.found() && isFull()) {
      shown += text.add(stream.rest());
    }
    stop = text.found() ? StopReason.UNTIL : full();
    return ended() ? shown + text.rest() : shown;
  }

  Generated result() {
    int[] written = ids.stream().mapToInt(Integer::intValue).toArray();
    String whole = StopStrings.cut(decoder.apply(written), settings.until());
    return new Generated(List.copyOf(ids), whole, stop);
  }

  private boolean isFull() {
    return full() != null;
  }

  private StopReason full() {
    if (ids.size() == settings.maxNewTokens()) {
      return StopReason.MAX_NEW_TOKENS;
    }
    return prompt.length + ids.size() == positions ? StopReason.POSITIONS : null;
  }
}
