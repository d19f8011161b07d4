package dev.shoal.worker.commands;

import com.google.common.base.Throwables;
import dev.shoal.activities.store.ArtifactDamagedException;
import dev.shoal.activities.store.HubCacheException;
import dev.shoal.migrations.DatabaseSetupException;
import dev.shoal.migrations.DatabaseUnavailableException;
import dev.shoal.models.checkpoint.CheckpointFormatException;
import dev.shoal.models.config.ModelUnsupportedException;
import dev.shoal.models.corpus.CorpusException;
import dev.shoal.worker.payloads.EncryptingCodec;
import dev.shoal.worker.stack.StackException;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.UserError;
import dev.shoal.workflows.request.InvalidRequestException;
import io.grpc.StatusRuntimeException;
import io.temporal.client.WorkflowServiceException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.text.WordUtils;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Mistakes and failures: a sentence on stderr, an exit code, and JSON where that was asked for. */
public final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

  private static final int WIDTH = 100;

  /** Messages of these are written for people. */
  private static final List<Class<?>> TOLD =
      List.of(
          UserError.class,
          StackException.class,
          InvalidRequestException.class,
          DatabaseSetupException.class,
          DatabaseUnavailableException.class,
          ModelUnsupportedException.class,
          CheckpointFormatException.class,
          CorpusException.class,
          ArtifactDamagedException.class,
          HubCacheException.class);

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    tell(command, sentence(failure), command.getParseResult().hasMatchedOption("--json"));
    return code(failure);
  }

  @Override
  public int handleParseException(ParameterException mistake, String[] args) {
    CommandLine command = mistake.getCommandLine();
    boolean json = Arrays.asList(args).contains("--json");
    tell(command, mistake.getMessage().replaceFirst("^Error: ", "") + hint(command), json);
    if (!json) {
      UnmatchedArgumentException.printSuggestions(mistake, command.getErr());
      command.getErr().flush();
    }
    return ExitCode.WRONG_USE;
  }

  private static String hint(CommandLine command) {
    return "; see `%s --help`.".formatted(command.getCommandSpec().qualifiedName());
  }

  private static void tell(CommandLine command, String sentence, boolean json) {
    command.getErr().println(wrapped("shoal: " + sentence));
    command.getErr().flush();
    if (json) {
      command.getOut().println(Output.object().put("error", sentence));
      command.getOut().flush();
    }
  }

  /** Words keep together, whatever the width of the terminal. */
  private static String wrapped(String text) {
    return text.lines()
        .map(line -> WordUtils.wrap(line, WIDTH))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static int code(Exception failure) {
    if (failure instanceof UserError error) {
      return error.exitCode();
    }
    return failure instanceof InvalidRequestException ? ExitCode.WRONG_USE : ExitCode.FAILED;
  }

  private static String sentence(Exception failure) {
    if (TOLD.stream().anyMatch(type -> type.isInstance(failure))) {
      return failure.getMessage();
    }
    Optional<String> unread = EncryptingCodec.unread(failure);
    if (unread.isPresent()) {
      return unread.get() + ".";
    }
    if (failure instanceof WorkflowServiceException || failure instanceof StatusRuntimeException) {
      return "Temporal did not do it: " + Throwables.getRootCause(failure).getMessage();
    }
    StackTraceElement place =
        Arrays.stream(failure.getStackTrace())
            .filter(element -> element.getClassName().startsWith("dev.shoal."))
            .findFirst()
            .orElse(null);
    return "this should not have happened, please report it: %s (at %s).".formatted(failure, place);
  }
}
