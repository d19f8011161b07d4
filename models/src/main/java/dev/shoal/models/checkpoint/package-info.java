/**
 * Checkpoints as safetensors files, and folders known by their digests.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.checkpoint.CheckpointReader} and {@link
 *       dev.shoal.models.checkpoint.CheckpointWriter}: a model folder, one file or shards;
 *   <li>{@link dev.shoal.models.checkpoint.SafetensorsFile} and {@link
 *       dev.shoal.models.checkpoint.SafetensorsWriter}: one file; {@code SafetensorsHeader} holds
 *       every rule of the format;
 *   <li>{@link dev.shoal.models.checkpoint.TensorSpec}, {@link
 *       dev.shoal.models.checkpoint.TensorDtype}: name, type, shape; rounding;
 *   <li>{@link dev.shoal.models.checkpoint.FolderManifest}, {@link
 *       dev.shoal.models.checkpoint.CanonicalJson}, {@link dev.shoal.models.checkpoint.Sha256}:
 *       identity of what is on disk;
 *   <li>{@link dev.shoal.models.checkpoint.MappedFile}, {@link
 *       dev.shoal.models.checkpoint.AtomicFile}: bytes of any size in, whole files out.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>Nothing is mapped before the header has passed every check.
 *   <li>Equal contents give equal bytes.
 *   <li>A file under its final name is complete and on the disk.
 * </ul>
 */
package dev.shoal.models.checkpoint;
