package dev.shoal.worker.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shoal.activities.FolderGeneration;
import dev.shoal.models.generation.Generated;
import dev.shoal.models.generation.Sampling;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.UserError;
import dev.shoal.worker.wiring.Wiring;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lets a person see a model speak. */
@Command(
    name = "generate",
    description = "Continue a text with a model, shown while it is written.",
    footer = {"", "Example:", "  shoal generate legal-moe \"The court finds\" --max-new-tokens 16"})
public final class GenerateCommand extends ConnectedCommand {

  @Parameters(
      index = "0",
      paramLabel = "FOLDER|ORG/NAME|RUN|DIGEST",
      description =
          "A folder, a model in the Hugging Face cache (org/name@revision), or what a run exported.")
  private String model;

  @Parameters(
      index = "1",
      paramLabel = "PROMPT|-",
      description = "The text to go on from; - reads it from stdin, without the last line end.")
  private String prompt;

  @Mixin private SamplingOptions sampling;

  @Override
  public Integer call() throws IOException {
    Path folder = new ModelFolder(connection).find(model);
    String text = prompt.equals("-") ? stdin() : prompt;
    Sampling chosen = sampling.sampling();
    try (FolderGeneration generation = open(folder)) {
      output.write(text);
      long begin = System.nanoTime();
      Generated written = write(generation, text, chosen);
      double rate = written.ids().size() / ((System.nanoTime() - begin) / 1e9);
      output.say("");
      output.say(summary(written, rate));
      output.answer(answer(folder, text, written).put("tokens_per_second", rate));
      return ExitCode.DONE;
    }
  }

  private FolderGeneration open(Path folder) {
    return FolderGeneration.open(folder, new Wiring(connection.settings()).devices().usual());
  }

  private static String stdin() throws IOException {
    String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    return text.replaceFirst("\\r?\\n\\z", "");
  }

  private Generated write(FolderGeneration generation, String text, Sampling chosen) {
    try {
      return generation.write(text, sampling.maxNewTokens(), chosen, output::write);
    } catch (IllegalArgumentException e) {
      throw UserError.wrongUse(e.getMessage());
    }
  }

  private static String summary(Generated written, double rate) {
    return String.format(
        Locale.ROOT,
        "(%,d tokens, %.1f per second with reading the prompt; %s)",
        written.ids().size(),
        rate,
        words(written));
  }

  private static String words(Generated written) {
    return switch (written.stop()) {
      case EOS -> "the model ended the text";
      case UNTIL -> "the text reached its end mark";
      case MAX_NEW_TOKENS -> "--max-new-tokens reached";
      case POSITIONS -> "the model has no more positions";
    };
  }

  private static ObjectNode answer(Path folder, String text, Generated written) {
    ObjectNode answer = Output.object();
    answer.put("model", folder.toString()).put("prompt", text).put("text", written.text());
    ArrayNode ids = answer.putArray("ids");
    written.ids().forEach(ids::add);
    return answer.put("stop", written.stop().name().toLowerCase(Locale.ROOT));
  }
}
