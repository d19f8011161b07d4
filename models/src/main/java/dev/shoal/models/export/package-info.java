/**
 * What leaves Shoal as a stock checkpoint.
 *
 * <ol>
 *   <li>{@link dev.shoal.models.export.MixtralExport}: writes a mixture as a Mixtral folder;
 *   <li>{@link dev.shoal.models.export.MixtralCheckpoint}: loads one back;
 *   <li>{@link dev.shoal.models.export.ExportVerification}: compares the logits of both.
 * </ol>
 */
package dev.shoal.models.export;
