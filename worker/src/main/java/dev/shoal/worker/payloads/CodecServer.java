package dev.shoal.worker.payloads;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.codec.PayloadCodecException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/**
 * {@code POST /encode} and {@code POST /decode} as Temporal's UI and command line ask for them: the
 * JSON of {@link Payloads} in and out. Listens on the loopback interface only, for whoever reaches
 * it reads every payload; a page that is not among the allowed origins is refused.
 */
public final class CodecServer implements AutoCloseable {

  /** More than a page of a history; the server itself sends at most 4 MiB at a time. */
  private static final int LIMIT_BYTES = 16 * 1024 * 1024;

  private static final int THREADS = 4;
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final Set<String> origins;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  /**
   * Starts to listen.
   *
   * @param codec what encodes and decodes
   * @param origins pages that may ask, such as {@code http://127.0.0.1:8233}
   * @param port 0 for any
   * @throws IOException if the port is taken
   */
  public CodecServer(PayloadCodec codec, Set<String> origins, int port) throws IOException {
    this.origins = Set.copyOf(origins);
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), 0);
    server.setExecutor(threads);
    serve("/encode", codec::encode);
    serve("/decode", codec::decode);
    server.start();
  }

  /** What to enter in the UI, and to give to {@code temporal --codec-endpoint}. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void serve(String path, UnaryOperator<List<Payload>> step) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            Answer answer =
                exchange.getRequestURI().getPath().equals(path)
                    ? answer(exchange, step)
                    : new Answer(404, "There is only /encode and /decode.");
            send(exchange, answer);
          }
        });
  }

  private Answer answer(HttpExchange exchange, UnaryOperator<List<Payload>> step)
      throws IOException {
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    if (origin != null && !origins.contains(origin)) {
      return new Answer(
          403, "Pages of this origin may not ask; allow it with `shoal codec --origin`.");
    }
    if (origin != null) {
      allow(origin, exchange.getResponseHeaders());
    }
    return switch (exchange.getRequestMethod()) {
      case "OPTIONS" -> new Answer(204, "");
      case "POST" -> convert(exchange.getRequestBody(), step);
      default -> new Answer(405, "Only POST is answered here.");
    };
  }

  private static void allow(String origin, Headers headers) {
    headers.set("Access-Control-Allow-Origin", origin);
    headers.set("Access-Control-Allow-Methods", "POST, OPTIONS");
    headers.set("Access-Control-Allow-Headers", "Content-Type, X-Namespace, Authorization");
    headers.set("Access-Control-Allow-Credentials", "true");
    headers.set("Vary", "Origin");
  }

  private static Answer convert(InputStream body, UnaryOperator<List<Payload>> step)
      throws IOException {
    byte[] bytes = body.readNBytes(LIMIT_BYTES + 1);
    if (bytes.length > LIMIT_BYTES) {
      return new Answer(413, "A request may have at most %d bytes.".formatted(LIMIT_BYTES));
    }
    try {
      Payloads.Builder payloads = Payloads.newBuilder();
      JsonFormat.parser()
          .ignoringUnknownFields()
          .merge(new String(bytes, StandardCharsets.UTF_8), payloads);
      List<Payload> done = step.apply(payloads.getPayloadsList());
      return new Answer(200, json(done));
    } catch (InvalidProtocolBufferException e) {
      return new Answer(400, "The request is not the JSON of Temporal's Payloads.");
    } catch (PayloadCodecException e) {
      return new Answer(400, e.getMessage() + ".");
    }
  }

  private static String json(List<Payload> payloads) throws InvalidProtocolBufferException {
    return JsonFormat.printer()
        .omittingInsignificantWhitespace()
        .print(Payloads.newBuilder().addAllPayloads(payloads));
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    byte[] bytes = answer.text.getBytes(StandardCharsets.UTF_8);
    Headers headers = exchange.getResponseHeaders();
    headers.set("Cache-Control", "no-store");
    headers.set(
        "Content-Type", answer.status == 200 ? "application/json" : "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(answer.status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private record Answer(int status, String text) {}

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
