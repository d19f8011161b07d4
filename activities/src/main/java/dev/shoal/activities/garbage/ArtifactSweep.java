package dev.shoal.activities.garbage;

import dev.shoal.migrations.Garbage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Artifacts that have a row and that nothing reaches. */
final class ArtifactSweep {

  private static final int PAGE = 200;

  private final Sweep sweep;

  ArtifactSweep(Sweep sweep) {
    this.sweep = sweep;
  }

  void run() throws IOException {
    Garbage garbage = sweep.garbage();
    List<Garbage.Candidate> page = garbage.after("", PAGE);
    while (!page.isEmpty()) {
      take(old(page));
      page = garbage.after(page.get(page.size() - 1).sha256(), PAGE);
    }
  }

  private List<Garbage.Candidate> old(List<Garbage.Candidate> page) throws IOException {
    List<Garbage.Candidate> old = new ArrayList<>();
    for (Garbage.Candidate candidate : page) {
      if (!sweep.trash().isYoung(sweep.object(candidate.sha256()))) {
        old.add(candidate);
      }
    }
    return old;
  }

  private void take(List<Garbage.Candidate> candidates) throws IOException {
    List<String> digests = candidates.stream().map(Garbage.Candidate::sha256).toList();
    Set<String> free = Set.copyOf(sweep.delete() ? sweep.garbage().giveUp(digests) : digests);
    sweep.witness().accept("given up");
    for (Garbage.Candidate candidate : candidates) {
      if (free.contains(candidate.sha256())
          && (!sweep.delete() || sweep.trash().take(sweep.object(candidate.sha256())))) {
        sweep.tallies().add(candidate.kind(), candidate.bytes());
      }
    }
  }
}
