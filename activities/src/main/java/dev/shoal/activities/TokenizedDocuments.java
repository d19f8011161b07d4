package dev.shoal.activities;

import dev.shoal.models.Progress;
import dev.shoal.models.tokens.ModelTokenizer;
import dev.shoal.models.tokens.TokenWriter;
import java.util.ArrayList;
import java.util.List;

/** Tokenizes documents some hundred at a time, on all cores, and writes them in their order. */
final class TokenizedDocuments {

  private static final int AT_A_TIME = 256;

  private final ModelTokenizer tokenizer;
  private final Progress progress;
  private final List<String> texts = new ArrayList<>();
  private final List<TokenWriter> sides = new ArrayList<>();
  private long written;

  TokenizedDocuments(ModelTokenizer tokenizer, Progress progress) {
    this.tokenizer = tokenizer;
    this.progress = progress;
  }

  void add(String text, TokenWriter side) {
    texts.add(text);
    sides.add(side);
    if (texts.size() == AT_A_TIME) {
      flush();
    }
  }

  /** Writes what is waiting. */
  void flush() {
    List<int[]> ids = tokenizer.encodeAll(texts);
    for (int i = 0; i < ids.size(); i++) {
      sides.get(i).add(ids.get(i));
    }
    written += ids.size();
    texts.clear();
    sides.clear();
    progress.report("tokenize", written, -1);
  }
}
