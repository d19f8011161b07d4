/**
 * Documents out of the files people have: JSON lines, Parquet, CSV, plain text, compressed or not.
 *
 * <h2>Read in this order</h2>
 *
 * <ol>
 *   <li>{@link dev.shoal.models.corpus.CorpusSource}: what the request says about a data set;
 *   <li>{@link dev.shoal.models.corpus.CorpusFiles} and {@link
 *       dev.shoal.models.corpus.CorpusFormat}: a path becomes files of known kinds;
 *   <li>{@link dev.shoal.models.corpus.Corpus}: the files become documents, and a digest;
 *   <li>{@link dev.shoal.models.corpus.DocumentSplit}: which side of train and eval a document is
 *       on;
 *   <li>{@link dev.shoal.models.corpus.JsonObjects}: whole rows, for evaluation tasks.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>Documents come in the order of files, then rows, on every machine.
 *   <li>DuckDB reads local files only: no network, no extensions from outside, no stored secrets.
 *       It is used in this package alone, and so is {@code java.sql}.
 *   <li>A damaged file never passes for a shorter one.
 * </ul>
 */
package dev.shoal.models.corpus;
