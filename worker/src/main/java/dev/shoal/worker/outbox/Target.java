package dev.shoal.worker.outbox;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where JSON goes: a line of a file, or the body of a POST. */
interface Target {

  /**
   * Writes one document.
   *
   * @param id names the event, so that a receiver can drop a repetition
   * @throws NotDeliveredException if it may not have got there
   */
  void write(String id, String json);

  /** Appends a line; the file and its folder are made as needed. */
  static Target file(Path file) {
    return (id, json) -> {
      try {
        if (file.getParent() != null) {
          Files.createDirectories(file.getParent());
        }
        Files.writeString(
            file,
            json + "\n",
            StandardCharsets.UTF_8,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND,
            StandardOpenOption.SYNC);
      } catch (IOException e) {
        throw new NotDeliveredException("%s cannot be written: %s".formatted(file, e), e);
      }
    };
  }

  /** Posts to an address, whose path may be a secret: messages name its host alone. */
  static Target post(URI address) {
    return new Post(address);
  }

  /** A POST, with the event's name in the header {@code Idempotency-Key}. */
  final class Post implements Target {

    private static final Logger LOG = LoggerFactory.getLogger(Post.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** The receiver read it and will never take it; trying again would hold up all others. */
    static final Set<Integer> REFUSED = Set.of(400, 413, 415, 422);

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final URI address;

    Post(URI address) {
      this.address = address;
    }

    @Override
    public void write(String id, String json) {
      int status = status(id, json);
      if (REFUSED.contains(status)) {
        LOG.warn("{} refuses the message {} with status {}; left out", host(), id, status);
      } else if (status < 200 || status >= 300) {
        throw new NotDeliveredException("%s answers with status %d".formatted(host(), status));
      }
    }

    private int status(String id, String json) {
      try {
        HttpRequest request =
            HttpRequest.newBuilder(address)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", id)
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      } catch (IOException e) {
        throw new NotDeliveredException(
            "%s does not answer (%s)".formatted(host(), e.getClass().getSimpleName()), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new NotDeliveredException("stopped while sending", e);
      }
    }

    private String host() {
      return host(address);
    }

    /** An address without user, path and query. */
    static String host(URI address) {
      return address.getScheme() + "://" + address.getAuthority().replaceFirst(".*@", "");
    }
  }
}
