package dev.shoal.models.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A BPE that writes spaces as {@code ▁} and falls back to bytes, as a SentencePiece model.
 *
 * <p>llama.cpp knows no merges there: it joins the two neighbours whose whole has the highest
 * score. That is the same where a token's score is minus the rank of the first merge that makes it,
 * and where every way of cutting a token into two others is a merge; {@code tokenizer.json} files
 * made from SentencePiece models are such.
 */
final class SentencePieceRules {

  private static final String SPACE = "▁";

  /** Every cut of every token is looked at; real ones have less than a hundred characters. */
  private static final int LONGEST = 1_000;

  private final boolean addSpacePrefix;
  private final Map<String, Integer> ranks = new HashMap<>();
  private final Set<Merge> merges;

  private SentencePieceRules(boolean addSpacePrefix, List<Merge> merges) {
    this.addSpacePrefix = addSpacePrefix;
    this.merges = new HashSet<>(merges);
    for (int rank = 0; rank < merges.size(); rank++) {
      ranks.putIfAbsent(merges.get(rank).whole(), rank);
    }
  }

  static SentencePieceRules of(JsonNode tokenizer) {
    return new SentencePieceRules(spacePrefix(tokenizer), Merge.all(tokenizer.path("model")));
  }

  /** Whether a space is put in front of a text. */
  boolean addSpacePrefix() {
    return addSpacePrefix;
  }

  /** Minus the rank of each token; tokens that no merge makes come last. */
  float[] scores(Vocabulary vocabulary) {
    requireEveryCut(vocabulary);
    float[] scores = new float[vocabulary.size()];
    for (int id = 0; id < scores.length; id++) {
      scores[id] = -ranks.getOrDefault(vocabulary.token(id), merges.size());
    }
    return scores;
  }

  private void requireEveryCut(Vocabulary vocabulary) {
    Set<String> normal = new HashSet<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.type(id) == Vocabulary.NORMAL) {
        normal.add(vocabulary.token(id));
      }
    }
    for (String token : normal) {
      if (token.length() > LONGEST) {
        throw TokenizerFiles.refusal(
            "a token has %d characters, expected at most %d; export without gguf"
                .formatted(token.length(), LONGEST));
      }
      for (int cut = 1; cut < token.length(); cut++) {
        Merge merge = new Merge(token.substring(0, cut), token.substring(cut));
        if (normal.contains(merge.left())
            && normal.contains(merge.right())
            && !merges.contains(merge)) {
          throw TokenizerFiles.refusal(
              "'%s' and '%s' are tokens but no merge joins them to '%s'; llama.cpp would, so it would give other tokens; export without gguf"
                  .formatted(merge.left(), merge.right(), token));
        }
      }
    }
  }

  /** Spaces are marked by normalizers, or by the pre-tokenizer Metaspace. */
  private static boolean spacePrefix(JsonNode tokenizer) {
    List<String> steps = new ArrayList<>();
    JsonNode normalizer = tokenizer.path("normalizer");
    boolean many = normalizer.path("type").asText().equals("Sequence");
    (many ? normalizer.path("normalizers") : Arrays.asList(normalizer))
        .forEach(step -> steps.add(normalizer(step)));
    steps.add(metaspace(tokenizer.path("pre_tokenizer")));
    steps.removeIf(String::isEmpty);
    if (steps.equals(List.of("prefix", "mark")) || steps.equals(List.of("mark with prefix"))) {
      return true;
    }
    if (steps.equals(List.of("mark"))) {
      return false;
    }
    throw TokenizerFiles.refusal(
        "llama.cpp cannot prepare text as normalizer %s and pre-tokenizer %s do; export without gguf"
            .formatted(normalizer, tokenizer.path("pre_tokenizer")));
  }

  private static String normalizer(JsonNode step) {
    return switch (step.path("type").asText("")) {
      case "" -> "";
      case "Prepend" -> step.path("prepend").asText().equals(SPACE) ? "prefix" : "another";
      case "Replace" -> {
        boolean marks =
            step.path("pattern").path("String").asText().equals(" ")
                && step.path("content").asText().equals(SPACE);
        yield marks ? "mark" : "another";
      }
      default -> "another";
    };
  }

  private static String metaspace(JsonNode step) {
    if (step.isMissingNode() || step.isNull()) {
      return "";
    }
    if (!step.path("type").asText().equals("Metaspace")
        || !step.path("replacement").asText().equals(SPACE)) {
      return "another";
    }
    String older = step.path("add_prefix_space").asBoolean(true) ? "always" : "never";
    boolean prefix = !step.path("prepend_scheme").asText(older).equals("never");
    return prefix ? "mark with prefix" : "mark";
  }
}
