package dev.shoal.activities.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.shoal.models.checkpoint.FolderManifest;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
@DisplayName("Checkpoints behind the work")
class CheckpointsBehindTest {

  @TempDir Path folder;

  private final CountDownLatch disk = new CountDownLatch(1);
  private final List<Long> written = Collections.synchronizedList(new ArrayList<>());

  /** A disk that takes its time, and a database that has them all. */
  private boolean slow(long step) {
    try {
      disk.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return written.add(step);
  }

  @Test
  @DisplayName("let the work go on, and count when they are recorded, not before")
  void goOn() throws IOException {
    try (CheckpointsBehind checkpoints = new CheckpointsBehind((step, w) -> slow(step), 3)) {
      checkpoints.begin(7, place -> {});
      checkpoints.look();
      assertThat(checkpoints.isWriting()).isTrue();
      assertThat(checkpoints.recorded()).isEqualTo(3);
      disk.countDown();
      checkpoints.begin(9, place -> {}); // waits for the one before
      assertThat(written).startsWith(7L);
      assertThat(checkpoints.recorded()).isEqualTo(7);
      checkpoints.await();
      assertThat(checkpoints.recorded()).isEqualTo(9);
      assertThat(checkpoints.isWriting()).isFalse();
    }
  }

  @Test
  @DisplayName("do not count while the database is away")
  void away() throws IOException {
    try (CheckpointsBehind checkpoints = new CheckpointsBehind((step, w) -> step > 7, 3)) {
      checkpoints.begin(7, place -> {});
      checkpoints.await();
      assertThat(checkpoints.recorded()).isEqualTo(3);
      checkpoints.begin(8, place -> {});
      checkpoints.await();
      assertThat(checkpoints.recorded()).isEqualTo(8);
    }
  }

  @Test
  @DisplayName("fail in the thread of the work with the very exception of the write, once")
  void fail() throws IOException {
    for (Exception failure :
        List.of(
            new IOException("No space left on device"),
            new UncheckedIOException(new IOException("No space left on device")),
            new IllegalStateException("superseded"))) {
      try (CheckpointsBehind checkpoints = new CheckpointsBehind((step, w) -> raise(failure), 3)) {
        checkpoints.begin(7, place -> {});
        assertThat(catchThrowable(checkpoints::await)).isSameAs(failure);
        checkpoints.look();
        assertThat(checkpoints.recorded()).isEqualTo(3);
      }
    }
  }

  private static boolean raise(Exception failure) throws IOException {
    if (failure instanceof IOException missing) {
      throw missing;
    }
    throw (RuntimeException) failure;
  }

  @Test
  @DisplayName("are complete before the work leaves, even if it is interrupted")
  void complete() throws IOException {
    try (CheckpointsBehind checkpoints = new CheckpointsBehind((step, w) -> slow(step), 0)) {
      checkpoints.begin(7, place -> {});
      Thread.currentThread().interrupt();
      disk.countDown();
      checkpoints.await();
      assertThat(Thread.interrupted()).isTrue();
      checkpoints.begin(8, place -> {});
    }
    assertThat(written).containsExactly(7L, 8L);
  }

  @Test
  @DisplayName("leave the one before usable when a write breaks off, and its remains do no harm")
  void breaksOff() throws IOException {
    Path before = folder.resolve("1-7");
    FolderManifest manifest = CheckpointFolders.write(before, place -> put(place, "weights", "7"));
    Path place = folder.resolve("1-9");
    UncheckedIOException full =
        new UncheckedIOException(new IOException("No space left on device"));
    assertThatThrownBy(
            () ->
                CheckpointFolders.write(
                    place,
                    beside -> {
                      put(beside, "weights", "half");
                      throw full;
                    }))
        .isSameAs(full);
    assertThat(place).doesNotExist();
    assertThat(FolderManifest.of(before)).isEqualTo(manifest);
    ApplicationFailure told = (ApplicationFailure) Failures.translate(full, () -> 3);
    assertThat(told.getType()).isEqualTo("StorageUnavailable");
    assertThat(told.getNextRetryDelay()).isEqualTo(Duration.ofSeconds(8));

    CheckpointFolders.write(place, beside -> put(beside, "other", "9"));
    assertThat(FolderManifest.of(place).files()).extracting("path").containsExactly("other");
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("1-7", "1-9");
  }

  private static void put(Path folder, String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
