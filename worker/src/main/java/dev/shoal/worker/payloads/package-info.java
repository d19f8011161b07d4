/**
 * Payloads that only Shoal and its users can read: what Temporal stores of a run is encrypted.
 *
 * <ol>
 *   <li>{@link dev.shoal.worker.payloads.PayloadKeys}: the keys, from the environment;
 *   <li>{@link dev.shoal.worker.payloads.EncryptingCodec}: AES-GCM, a step of the data converter;
 *   <li>{@link dev.shoal.worker.payloads.CodecServer}: the same over HTTP, for Temporal's UI and
 *       command line.
 * </ol>
 *
 * <p>Search attributes, workflow ids, names of types and failure types never pass through a codec;
 * Temporal indexes them in the clear.
 */
package dev.shoal.worker.payloads;
