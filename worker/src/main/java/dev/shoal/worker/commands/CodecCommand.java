package dev.shoal.worker.commands;

import dev.shoal.worker.payloads.CodecServer;
import dev.shoal.worker.payloads.EncryptingCodec;
import dev.shoal.worker.payloads.PayloadKeys;
import dev.shoal.worker.wiring.ExitCode;
import dev.shoal.worker.wiring.Settings;
import dev.shoal.worker.wiring.UserError;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets Temporal's UI and command line read encrypted payloads, on this machine. */
@Command(
    name = "codec",
    description = "Decrypt payloads for Temporal's UI and command line, until Ctrl-C.",
    footer = {"", "Example:", "  shoal codec --port 8234"})
public final class CodecCommand extends ConnectedCommand {

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8234",
      description = "Port on the loopback interface (default: ${DEFAULT-VALUE}; 0: any).")
  private int port;

  @Option(
      names = "--origin",
      paramLabel = "URL",
      description =
          "Address of a UI whose pages may ask (default: TEMPORAL_UI_URL or the local UI).")
  private List<String> origins = List.of();

  @Override
  public Integer call() throws InterruptedException {
    PayloadKeys keys = connection.settings().payloadKeys();
    if (keys.isEmpty()) {
      throw UserError.wrongUse(
          "There is nothing to decrypt with; set SHOAL_PAYLOAD_KEYS to the keys that the workers"
              + " have.");
    }
    Set<String> allowed = origins();
    try (CodecServer server = new CodecServer(EncryptingCodec.steps(keys), allowed, port)) {
      output.say(
          "Codec endpoint: %s (keys %s; pages of %s)"
              .formatted(
                  server.address(),
                  String.join(", ", keys.ids()),
                  allowed.isEmpty() ? "no UI, see --origin" : String.join(", ", allowed)));
      output.answer(Output.object().put("address", server.address()));
      new CountDownLatch(1).await();
      return ExitCode.DONE;
    } catch (IOException e) {
      throw UserError.failed(
          "Port %d cannot be listened on (%s); choose another with --port."
              .formatted(port, e.getMessage()),
          e);
    }
  }

  /** A local UI answers under two names, of which the browser sends the one that was typed. */
  private Set<String> origins() {
    Settings settings = connection.settings();
    Set<String> allowed = new HashSet<>();
    for (String url : origins.isEmpty() ? settings.temporalUi().stream().toList() : origins) {
      String origin = url.replaceFirst("^(https?://[^/]+).*", "$1");
      allowed.add(origin);
      allowed.add(origin.replaceFirst("//127\\.0\\.0\\.1(?=:|$)", "//localhost"));
    }
    return allowed;
  }
}
