package dev.shoal.worker.commands;

import dev.shoal.models.Progress;
import dev.shoal.models.checkpoint.FolderManifest;
import dev.shoal.models.export.SparseCheckpoint;
import dev.shoal.models.gguf.GgufExport;
import dev.shoal.models.gguf.GgufType;
import dev.shoal.models.gguf.GgufUnsupportedException;
import dev.shoal.models.gguf.GgufVerification;
import dev.shoal.models.moe.MoeWeights;
import dev.shoal.worker.runs.ExportCopy;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.UserError;
import dev.shoal.workflows.request.Export;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Hands a checkpoint out. */
@Command(
    name = "export",
    description =
        "Copy the checkpoint of a run or of a mixture out of the store, or write it as GGUF.",
    footer = {"", "Example:", "  shoal export legal-moe --format gguf --out legal-moe.gguf"})
public final class ExportCommand extends ConnectedCommand {

  @Parameters(
      index = "0",
      paramLabel = "RUN|DIGEST|FOLDER",
      description =
          "A run, the beginning of the digest of a mixture or a checkpoint, or an exported folder.")
  private String what;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "PLACE",
      description = "Where to: an empty or absent folder; for GGUF a file that is not there.")
  private Path out;

  @Option(
      names = "--format",
      defaultValue = "hf",
      description = "hf for the folder as it is, gguf for one file for llama.cpp; default: hf.")
  private Export.Format format;

  @Option(
      names = "--gguf-type",
      defaultValue = "bf16",
      description = "Type of its matrices: bf16, f16 or q8_0; default: ${DEFAULT-VALUE}.")
  private Export.GgufType ggufType;

  @Override
  public Integer call() {
    requireFree();
    Path folder = new ModelFolder(connection).find(what);
    if (format == Export.Format.HF) {
      ExportCopy.copy(folder, out);
      String sha256 = FolderManifest.of(out).sha256();
      output.say("Copied to %s, sha256 %s".formatted(out.toAbsolutePath(), sha256));
      output.answer(
          Output.object().put("out", out.toAbsolutePath().toString()).put("sha256", sha256));
    } else {
      writeGguf(folder);
      output.say("Written to %s, read back and compared.".formatted(out.toAbsolutePath()));
      output.answer(Output.object().put("out", out.toAbsolutePath().toString()));
    }
    return ExitCode.DONE;
  }

  private void requireFree() {
    if (format == Export.Format.HF) {
      ExportCopy.requireFree(out);
    } else if (Files.exists(out)) {
      throw UserError.wrongUse("%s is there already; choose another file.".formatted(out));
    }
  }

  private void writeGguf(Path folder) {
    if (!SparseCheckpoint.isOne(folder)) {
      throw UserError.wrongUse(
          "%s holds a dense model; llama.cpp's own converter writes those.".formatted(folder));
    }
    GgufType type = GgufType.valueOf(ggufType.name().toUpperCase(Locale.ROOT));
    try (MoeWeights weights = SparseCheckpoint.open(folder)) {
      GgufExport.write(weights, folder, out.toAbsolutePath(), type, Progress.NONE);
      GgufVerification.verify(weights, out, type);
    } catch (GgufUnsupportedException | ArithmeticException unsupported) {
      throw UserError.failed(unsupported.getMessage());
    }
  }
}
