package dev.shoal.activities.stage;

import dev.shoal.activities.devices.DoesNotFitException;
import dev.shoal.activities.inspect.DataRootException;
import dev.shoal.activities.store.ArtifactDamagedException;
import dev.shoal.migrations.DatabaseUnavailableException;
import dev.shoal.migrations.SupersededException;
import dev.shoal.models.checkpoint.CheckpointFormatException;
import dev.shoal.models.config.ModelUnsupportedException;
import dev.shoal.models.corpus.CorpusException;
import dev.shoal.models.tasks.TaskException;
import dev.shoal.models.training.DivergedException;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.request.InvalidRequestException;
import io.temporal.activity.Activity;
import io.temporal.client.ActivityCompletionException;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TemporalFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;

/** The one place where exceptions become failure types. */
public final class Failures {

  private static final Map<Class<? extends Throwable>, String> FINAL = new LinkedHashMap<>();

  static {
    FINAL.put(InvalidRequestException.class, FailureTypes.INVALID_INPUT);
    FINAL.put(CorpusException.class, FailureTypes.INVALID_INPUT);
    FINAL.put(TaskException.class, FailureTypes.INVALID_INPUT);
    FINAL.put(DataRootException.class, FailureTypes.INVALID_INPUT);
    FINAL.put(ModelUnsupportedException.class, FailureTypes.MODEL_UNSUPPORTED);
    FINAL.put(CheckpointFormatException.class, FailureTypes.ARTIFACT_CORRUPT);
    FINAL.put(ArtifactDamagedException.class, FailureTypes.ARTIFACT_CORRUPT);
    FINAL.put(SupersededException.class, FailureTypes.SUPERSEDED);
    FINAL.put(LeaseLostException.class, FailureTypes.SUPERSEDED);
    FINAL.put(DoesNotFitException.class, FailureTypes.OUT_OF_DEVICE_MEMORY);
    FINAL.put(DivergedException.class, FailureTypes.DIVERGED);
  }

  private Failures() {}

  /** The failure that Temporal, and so the user, is told. */
  public static RuntimeException translate(Exception failure) {
    return translate(failure, () -> Activity.getExecutionContext().getInfo().getAttempt());
  }

  /** As above; the attempt is asked for where there is another one to come. */
  static RuntimeException translate(Exception failure, IntSupplier attempt) {
    if (failure instanceof TemporalFailure || failure instanceof ActivityCompletionException) {
      return (RuntimeException) failure;
    }
    String type = FINAL.get(failure.getClass());
    if (type != null) {
      return ApplicationFailure.newNonRetryableFailure(failure.getMessage(), type);
    }
    if (failure instanceof DatabaseUnavailableException) {
      return retryable(failure.getMessage(), FailureTypes.DATABASE_UNAVAILABLE, failure, attempt);
    }
    if (failure instanceof IOException || failure instanceof UncheckedIOException) {
      return retryable(
          "Files cannot be read or written: "
              + failure.getMessage()
              + "; free space or mend the disk, the stage tries again by itself",
          FailureTypes.STORAGE_UNAVAILABLE,
          failure,
          attempt);
    }
    boolean memory = String.valueOf(failure.getMessage()).contains("out of memory");
    String name = memory ? FailureTypes.OUT_OF_DEVICE_MEMORY : failure.getClass().getSimpleName();
    return retryable(failure.getMessage(), name, failure, attempt);
  }

  private static ApplicationFailure retryable(
      String message, String type, Exception cause, IntSupplier attempt) {
    return ApplicationFailure.newBuilder()
        .setMessage(message)
        .setType(type)
        .setCause(cause)
        .setNextRetryDelay(delay(attempt.getAsInt()))
        .build();
  }

  /** 2 s, and twice as long each time, up to two minutes. */
  private static Duration delay(int attempt) {
    return Duration.ofSeconds(Math.min(120, 1L << Math.min(attempt, 7)));
  }
}
