package dev.shoal.activities.stage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints that one thread writes and records, one at a time, while the work goes on. What a
 * write throws, {@link #look} and {@link #await} throw as it is, so that the user is told the same
 * as if the work had waited for it. All methods are for the thread of the work.
 */
public final class CheckpointsBehind implements AutoCloseable {

  /** What writes and records, as {@link StageContext#checkpoint} does. */
  @FunctionalInterface
  public interface Recorder {

    /** False where the database was away. */
    boolean checkpoint(long step, Consumer<Path> writer) throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointsBehind.class);

  private final Recorder recorder;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread writing = new Thread(task, "stage-checkpoint");
            writing.setDaemon(true);
            return writing;
          });
  private Future<Long> write; // null where none is under way
  private long recorded;

  /**
   * Nothing under way.
   *
   * @param recorded step of the checkpoint gone on from; 0 to begin
   */
  public CheckpointsBehind(Recorder recorder, long recorded) {
    this.recorder = recorder;
    this.recorded = recorded;
  }

  /** Step of the newest checkpoint that is in the database. */
  public long recorded() {
    return recorded;
  }

  /** Whether there would be a wait for the one before. */
  public boolean isWriting() {
    return write != null && !write.isDone();
  }

  /**
   * Begins to write; waits for the one before if need be.
   *
   * @param writer fills the folder, on the other thread
   */
  public void begin(long step, Consumer<Path> writer) throws IOException {
    await();
    long before = recorded;
    Callable<Long> task = () -> recorder.checkpoint(step, writer) ? step : before;
    write = thread.submit(task);
  }

  /** Takes note of a write that has ended since; throws what it threw. */
  public void look() throws IOException {
    if (!isWriting()) {
      await();
    }
  }

  /** Waits for the write under way, if there is one; throws what it threw. */
  public void await() throws IOException {
    if (write == null) {
      return;
    }
    Future<Long> ended = write;
    write = null;
    try {
      recorded = uninterrupted(ended);
    } catch (ExecutionException e) {
      throw asThrown(e.getCause());
    }
  }

  /** A half-written checkpoint would be lost: an interrupt is kept for later. */
  private static long uninterrupted(Future<Long> write) throws ExecutionException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return write.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static IOException asThrown(Throwable thrown) {
    if (thrown instanceof RuntimeException failure) {
      throw failure;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    return (IOException) thrown;
  }

  /** Waits too; the work ends for another reason, and that one is told. */
  @Override
  public void close() {
    try {
      await();
    } catch (IOException | RuntimeException e) {
      LOG.warn("the last checkpoint is not written: {}", e.getMessage());
    } finally {
      thread.shutdown();
    }
  }
}
