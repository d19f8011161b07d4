/**
 * A mixture as one GGUF file, for llama.cpp and everything built on it.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.gguf.GgufExport}: writes the file; {@link
 *       dev.shoal.models.gguf.GgufVerification} reads it back and compares;
 *   <li>{@link dev.shoal.models.gguf.GgufLayout}: which tensor goes where, under which name, as
 *       which {@link dev.shoal.models.gguf.GgufType}; {@link dev.shoal.models.gguf.RotaryRows}: the
 *       order of rows that llama.cpp rotates;
 *   <li>{@link dev.shoal.models.gguf.ModelMetadata}: the keys of the network;
 *   <li>{@link dev.shoal.models.gguf.TokenizerMetadata}: those of the tokenizer, with {@link
 *       dev.shoal.models.gguf.PreTokenizer} and {@link dev.shoal.models.gguf.SentencePieceRules};
 *   <li>{@link dev.shoal.models.gguf.GgufHeader}, {@link dev.shoal.models.gguf.GgufWriter}, {@link
 *       dev.shoal.models.gguf.GgufFile}: the format itself.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>What llama.cpp would compute or tokenize otherwise is refused, not written.
 *   <li>A file is a function of the model, the tokenizer's files and the type.
 * </ul>
 */
package dev.shoal.models.gguf;
