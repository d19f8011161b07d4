package dev.shoal.activities.inspect;

/**
 * What reading a corpus once showed.
 *
 * @param documents number of documents with text
 * @param characters of all of them
 */
public record CorpusScan(long documents, long characters) {}
