package dev.shoal.worker.commands;

import dev.shoal.models.sample.Sample;
import dev.shoal.worker.wiring.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the sample again: corpora, tokenizer and a trained dense model. */
@Command(
    name = "sample",
    description = "Make the sample that quickstart uses again: corpora, tokenizer, dense model.",
    footer = {"", "Example:", "  shoal sample --out sample"})
public final class SampleCommand extends ShoalCommand {

  private static final int TELL_EVERY = 50;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where to; files of the same names are replaced.")
  private Path out;

  @Override
  public Integer call() {
    try {
      Sample.write(
          out,
          (phase, done, total) -> {
            if (done % TELL_EVERY == 0) {
              output.say("%s: %d of %d".formatted(phase, done, total));
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    output.say("The sample is in " + out.toAbsolutePath());
    output.answer(Output.object().put("out", out.toAbsolutePath().toString()));
    return ExitCode.DONE;
  }
}
