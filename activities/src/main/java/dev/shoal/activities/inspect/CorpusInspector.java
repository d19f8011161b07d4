package dev.shoal.activities.inspect;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.activities.store.DataRoots;
import dev.shoal.activities.store.DigestMemory;
import dev.shoal.models.checkpoint.AtomicFile;
import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.models.corpus.Corpus;
import dev.shoal.models.corpus.CorpusFiles;
import dev.shoal.models.corpus.CorpusSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a corpus once, whole, and remembers under its digest what was found. */
final class CorpusInspector {

  private static final ObjectMapper JSON = new ObjectMapper();
  private final DataRoots roots;
  private final DigestMemory digests;
  private final Path scans;

  CorpusInspector(DataRoots roots, DigestMemory digests, Path scans) {
    this.roots = roots;
    this.digests = digests;
    this.scans = scans;
  }

  /**
   * The corpus at a path.
   *
   * @throws dev.shoal.models.corpus.CorpusException if it cannot be read as documents
   */
  InspectedCorpus inspect(String name, String path, String textField) {
    Path place = roots.resolve(path);
    String refusal = roots.refusal(place);
    if (refusal != null) {
      throw new DataRootException(refusal);
    }
    FolderManifest manifest = manifest(place.toString());
    CorpusSource source = new CorpusSource(name, place.toString(), textField);
    return new InspectedCorpus(place.toString(), manifest, scan(source, manifest));
  }

  /** Digests of the files behind a path; their order is part of it, their folders are not. */
  FolderManifest manifest(String path) {
    List<FolderManifest.Entry> entries = new ArrayList<>();
    for (Path file : CorpusFiles.resolve(path)) {
      String refusal = roots.refusal(file);
      if (refusal != null) {
        throw new DataRootException(refusal);
      }
      String numbered = "%05d-%s".formatted(entries.size(), file.getFileName());
      entries.add(new FolderManifest.Entry(numbered, size(file), digests.sha256(file)));
    }
    return new FolderManifest(entries);
  }

  private CorpusScan scan(CorpusSource source, FolderManifest manifest) {
    Path memory = scans.resolve(manifest.sha256() + "-" + source.textField() + ".json");
    try {
      if (Files.isRegularFile(memory)) {
        return JSON.readValue(memory.toFile(), CorpusScan.class);
      }
      long[] count = new long[2];
      Corpus.forEach(
          source,
          text -> {
            count[0]++;
            count[1] += text.length();
          });
      CorpusScan scan = new CorpusScan(count[0], count[1]);
      AtomicFile.writeAmongOthers(memory, JSON.writeValueAsBytes(scan));
      return scan;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
