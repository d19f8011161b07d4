/**
 * What leaves Shoal as a stock checkpoint.
 *
 * <ol>
 *   <li>{@link dev.shoal.models.export.SparseFormat}: which architecture holds which family's
 *       mixtures, and its names;
 *   <li>{@link dev.shoal.models.export.SparseExport}: writes a mixture as such a folder;
 *   <li>{@link dev.shoal.models.export.SparseCheckpoint}: reads one back;
 *   <li>{@link dev.shoal.models.export.ExportVerification}: compares the logits of both.
 * </ol>
 */
package dev.shoal.models.export;
