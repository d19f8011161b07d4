package dev.shoal.models.tokens;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.shoal.models.config.LlamaConfig;
import dev.shoal.models.config.ModelJson;
import dev.shoal.models.config.ModelUnsupportedException;
import dev.shoal.models.config.SpecialTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The tokenizer of a model folder, from its {@code tokenizer.json} alone.
 *
 * <p>Begin and end are put around a document here, by the ids in {@code config.json}; the template
 * in {@code tokenizer.json} is not used, nothing is cut off and nothing is padded. A text that
 * spells a special token, as {@code </s>}, gets that token's id, as everywhere in the ecosystem.
 *
 * <p>Works offline. The native library is in the jar and is unpacked once below {@code
 * $ENGINE_CACHE_DIR}, else {@code $DJL_CACHE_DIR}, else {@code ~/.djl.ai}, which must be writable.
 * On a machine with CUDA the library would look for a CUDA build of itself on the network; this
 * class asks for the CPU build, and for no usage reports, unless {@code RUST_FLAVOR} and {@code
 * OPT_OUT_TRACKING} say otherwise.
 */
public final class ModelTokenizer implements AutoCloseable {

  static {
    preset("RUST_FLAVOR", "cpu");
    preset("OPT_OUT_TRACKING", "true");
  }

  private static final TokenizersLibrary NATIVE = TokenizersLibrary.LIB;

  private final Path file;
  private final HuggingFaceTokenizer tokenizer;
  private final SpecialTokens tokens;
  private final Optional<TokenizerConfig> config;

  private ModelTokenizer(
      Path file,
      HuggingFaceTokenizer tokenizer,
      SpecialTokens tokens,
      Optional<TokenizerConfig> config) {
    this.file = file;
    this.tokenizer = tokenizer;
    this.tokens = tokens;
    this.config = config;
  }

  private static void preset(String name, String value) {
    if (System.getenv(name) == null && System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }

  /** Opens the tokenizer of a Llama folder, with the ids of its {@code config.json}. */
  public static ModelTokenizer open(Path folder) {
    return open(folder, LlamaConfig.read(folder).tokens());
  }

  /**
   * Opens the tokenizer of any folder.
   *
   * @param tokens begin and end of a document; null for none
   * @throws ModelUnsupportedException where {@code tokenizer.json} is missing or cannot be read
   */
  public static ModelTokenizer open(Path folder, SpecialTokens tokens) {
    Path file = folder.resolve("tokenizer.json");
    Optional<TokenizerConfig> config = TokenizerConfig.read(folder);
    DecoderCheck.require(file, ModelJson.read(file).path("decoder"));
    try {
      return new ModelTokenizer(
          file,
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(file)
              .optTruncation(false)
              .optPadding(false)
              .build(),
          tokens,
          config);
    } catch (IOException | RuntimeException e) {
      throw new ModelUnsupportedException(
          file.toString(), List.of("the tokenizer cannot be read (" + e.getMessage() + ")"));
    }
  }

  /**
   * Ids of a document, with begin in front and end behind where the model has them.
   *
   * @throws ModelUnsupportedException here and below, where {@code tokenizer.json} contradicts
   *     itself in a way that only a text shows
   */
  public int[] encode(String document) {
    return wrap(ids(document));
  }

  /** Ids of several documents, each as {@link #encode} gives it; uses all processor cores. */
  public List<int[]> encodeAll(List<String> documents) {
    List<int[]> all = new ArrayList<>(documents.size());
    for (long encoding : encodings(documents, false)) {
      all.add(wrap(takeIds(encoding)));
    }
    return all;
  }

  /** Ids of a piece of text, with nothing around them. */
  public int[] encodePiece(String text) {
    return narrow(ids(text), 0, 0);
  }

  /**
   * Ids of several texts; uses all processor cores.
   *
   * @param templated whether the template in {@code tokenizer.json} puts its special tokens around
   *     each, as {@code transformers} does unless told otherwise; else nothing is added
   */
  public List<int[]> encodeTexts(List<String> texts, boolean templated) {
    List<int[]> all = new ArrayList<>(texts.size());
    for (long encoding : encodings(texts, templated)) {
      all.add(narrow(takeIds(encoding), 0, 0));
    }
    return all;
  }

  /**
   * Begin and end as {@code tokenizer_config.json} names them, which is what {@code transformers}
   * goes by; those of the model's configuration where there is no such file.
   */
  public SpecialTokens namedTokens() {
    return config
        .map(names -> new SpecialTokens(id(names.bos()), id(names.eos()), null))
        .orElse(tokens);
  }

  /** Text of one token, special or not. */
  public String token(int id) {
    return tokenizer.decode(new long[] {id}, false);
  }

  private Integer id(Optional<String> token) {
    int[] ids = token.map(this::encodePiece).orElse(new int[0]);
    return ids.length == 1 ? (Integer) ids[0] : null;
  }

  /** Text of ids, without special tokens. */
  public String decode(int[] ids) {
    long[] wide = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      wide[i] = ids[i];
    }
    return tokenizer.decode(wide, true);
  }

  private long[] ids(String text) {
    return takeIds(asked(() -> NATIVE.encode(tokenizer.getHandle(), text, false)));
  }

  private long[] encodings(List<String> texts, boolean templated) {
    String[] all = texts.toArray(new String[0]);
    return asked(() -> NATIVE.batchEncode(tokenizer.getHandle(), all, templated));
  }

  private <T> T asked(Supplier<T> call) {
    try {
      return call.get();
    } catch (RuntimeException e) { // the library has no other
      throw new ModelUnsupportedException(
          file.toString(), List.of("a text cannot be encoded (" + e.getMessage() + ")"));
    }
  }

  /** DJL's own Encoding copies eight more things per token, which doubles the time. */
  private static long[] takeIds(long encoding) {
    try {
      return NATIVE.getTokenIds(encoding);
    } finally {
      NATIVE.deleteEncoding(encoding);
    }
  }

  private int[] wrap(long[] ids) {
    int[] wrapped = narrow(ids, tokens.bos() == null ? 0 : 1, tokens.eos() == null ? 0 : 1);
    if (tokens.bos() != null) {
      wrapped[0] = tokens.bos();
    }
    if (tokens.eos() != null) {
      wrapped[wrapped.length - 1] = tokens.eos();
    }
    return wrapped;
  }

  private static int[] narrow(long[] ids, int before, int after) {
    int[] narrow = new int[before + ids.length + after];
    for (int i = 0; i < ids.length; i++) {
      narrow[before + i] = Math.toIntExact(ids[i]);
    }
    return narrow;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
