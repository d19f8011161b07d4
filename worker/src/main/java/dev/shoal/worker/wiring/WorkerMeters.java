package dev.shoal.worker.wiring;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.uber.m3.tally.RootScopeBuilder;
import com.uber.m3.tally.Scope;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.temporal.common.reporter.MicrometerClientStatsReporter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Prometheus reads from a worker: its stages, Temporal's own meters, the JVM's. */
final class WorkerMeters implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerMeters.class);
  private static final com.uber.m3.util.Duration REPORT_EVERY =
      com.uber.m3.util.Duration.ofSeconds(5);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final HttpServer server;
  private final Scope scope;

  /**
   * Serves {@code /metrics}.
   *
   * @throws UserError if the address cannot be listened at
   */
  WorkerMeters(InetSocketAddress address) {
    server = listen(address);
    server.createContext("/metrics", this::answer);
    server.start();
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    collections.bindTo(registry);
    Metrics.addRegistry(registry);
    scope =
        new RootScopeBuilder()
            .reporter(new MicrometerClientStatsReporter(registry))
            .reportEvery(REPORT_EVERY);
    LOG.info("metrics for Prometheus at http:/{}/metrics", server.getAddress());
  }

  private static HttpServer listen(InetSocketAddress address) {
    try {
      return HttpServer.create(address, 0);
    } catch (IOException e) {
      throw UserError.failed(
          "Metrics cannot be served at %s (%s); set SHOAL_METRICS_ADDRESS to a free host:port."
              .formatted(address, e.getMessage()),
          e);
    }
  }

  /** For Temporal's meters. */
  Scope scope() {
    return scope;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] text = registry.scrape().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
      exchange.sendResponseHeaders(200, text.length);
      exchange.getResponseBody().write(text);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    Metrics.removeRegistry(registry);
    collections.close();
    registry.close();
  }
}
