/**
 * The mathematics of the method and the file formats it lives in.
 *
 * <p>Axes, the same letters in every file: <b>B</b> batch, <b>S</b> sequence, <b>N</b> tokens (= B
 * S), <b>H</b> hidden, <b>F</b> intermediate channels of the dense FFN, <b>C</b> channels kept in
 * one expert, <b>E</b> experts, <b>K</b> experts per token, <b>V</b> vocabulary, <b>L</b> layers,
 * <b>A</b> attention heads, <b>G</b> key-value heads, <b>D</b> head size, <b>R</b> LoRA rank.
 * Weights are [out, in], as in a checkpoint.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.engine}: how Java reaches PyTorch;
 *   <li>{@link dev.shoal.models.llama}: the dense model;
 *   <li>{@link dev.shoal.models.calibration}, {@link dev.shoal.models.prune}, {@link
 *       dev.shoal.models.affinity}: what its channels do, which to keep, which data sets are alike;
 *   <li>{@link dev.shoal.models.moe}: experts and the sparse model;
 *   <li>{@link dev.shoal.models.baselines}: other experts to compare with;
 *   <li>{@link dev.shoal.models.training}, {@link dev.shoal.models.evaluation}, {@link
 *       dev.shoal.models.export}, {@link dev.shoal.models.gguf}: what happens to it then.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>No clocks, no threads of its own, no unseeded chance: same input, same bytes.
 *   <li>A model and everything made from it is used by one thread at a time.
 *   <li>Long work reports to a {@link dev.shoal.models.Progress}, which may stop it.
 * </ul>
 */
package dev.shoal.models;
