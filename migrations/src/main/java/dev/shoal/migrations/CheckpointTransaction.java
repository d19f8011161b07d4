package dev.shoal.migrations;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/** One change to the list of checkpoints, decided under the lock of the computation. */
final class CheckpointTransaction {

  private static final String WRITE =
      """
      update shoal.computation
      set checkpoints = :checkpoints
      where key = :key and lease_epoch = :epoch and status = 'RUNNING'
      """;

  private static final String RESUME =
      """
      update shoal.attempt set resumed_from_step = :step where key = :key and epoch = :epoch
      """;

  private static final String PINNED =
      """
      select exists (select from shoal.pin where sha256 = :sha256)
      """;

  private final Handle handle;
  private final Claim claim;

  CheckpointTransaction(Handle handle, Claim claim) {
    this.handle = handle;
    this.claim = claim;
  }

  List<Checkpoint> add(Checkpoint checkpoint, int keep) {
    List<Checkpoint> before = held();
    if (!before.isEmpty() && before.get(0).step() > checkpoint.step()) {
      throw new IllegalArgumentException(
          "checkpoint of step %d comes after one of step %d"
              .formatted(checkpoint.step(), before.get(0).step()));
    }
    List<Checkpoint> after = new ArrayList<>(List.of(checkpoint));
    for (Checkpoint older : before) {
      if (older.step() < checkpoint.step() && (after.size() < keep || pinned(older))) {
        after.add(older);
      }
    }
    write(after);
    return dropped(before, after);
  }

  List<Checkpoint> rewind(OptionalLong step) {
    List<Checkpoint> before = held();
    List<Checkpoint> after =
        before.stream().filter(c -> step.isPresent() && c.step() <= step.getAsLong()).toList();
    write(after);
    Optional<Long> from = after.stream().findFirst().map(Checkpoint::step);
    handle.createUpdate(RESUME).bindMethods(claim).bind("step", from.orElse(null)).execute();
    MetricStore.deleteAfter(handle, claim.key(), from);
    return dropped(before, after);
  }

  private List<Checkpoint> held() {
    return new ComputationLock(handle, claim.key())
        .read()
        .filter(computation -> computation.isHeldBy(claim))
        .orElseThrow(() -> new SupersededException(claim))
        .checkpoints();
  }

  private void write(List<Checkpoint> checkpoints) {
    handle
        .createUpdate(WRITE)
        .bindMethods(claim)
        .bind("checkpoints", JsonColumns.toJson(checkpoints))
        .execute();
  }

  /** What is no longer remembered, unless its folder must stay. */
  private List<Checkpoint> dropped(List<Checkpoint> before, List<Checkpoint> after) {
    List<String> paths = after.stream().map(Checkpoint::path).toList();
    return before.stream()
        .filter(checkpoint -> !paths.contains(checkpoint.path()))
        .filter(checkpoint -> !pinned(checkpoint))
        .toList();
  }

  private boolean pinned(Checkpoint checkpoint) {
    return handle
        .createQuery(PINNED)
        .bind("sha256", checkpoint.sha256())
        .mapTo(Boolean.class)
        .one();
  }
}
