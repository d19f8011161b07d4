package dev.shoal.activities.inspect;

import dev.shoal.models.checkpoint.FolderManifest;

/**
 * A corpus on disk.
 *
 * @param path file, folder or glob, absolute
 * @param manifest its files; their digest is the corpus's
 * @param scan what is in it
 */
public record InspectedCorpus(String path, FolderManifest manifest, CorpusScan scan) {}
