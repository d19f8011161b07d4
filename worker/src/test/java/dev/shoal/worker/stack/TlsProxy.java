package dev.shoal.worker.stack;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Ends TLS before a server that speaks none, as an operator's proxy would; clients must be known.
 */
final class TlsProxy implements AutoCloseable {

  private final SSLServerSocket listening;
  private final int target;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "tls-proxy");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param server shown to clients
   * @param client the one whose holder is let in
   * @param target port of the server on this machine
   */
  TlsProxy(TestCertificate server, TestCertificate client, int target) throws Exception {
    this.target = target;
    this.listening =
        (SSLServerSocket)
            context(server, client)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    SSLParameters parameters = listening.getSSLParameters();
    parameters.setNeedClientAuth(true);
    parameters.setApplicationProtocols(new String[] {"h2"}); // gRPC refuses a server without
    listening.setSSLParameters(parameters);
    threads.execute(this::accept);
  }

  private static SSLContext context(TestCertificate server, TestCertificate client)
      throws GeneralSecurityException, IOException {
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(server.store(), TestCertificate.PASSWORD);
    TrustManagerFactory known =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    known.init(client.asTrusted());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), known.getTrustManagers(), null);
    return context;
  }

  String address() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        SSLSocket outside = (SSLSocket) listening.accept();
        threads.execute(() -> connect(outside));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void connect(SSLSocket outside) {
    try {
      outside.startHandshake(); // a client without a certificate ends here
      Socket inside = new Socket(InetAddress.getLoopbackAddress(), target);
      threads.execute(() -> copy(inside, outside));
      copy(outside, inside);
    } catch (IOException e) {
      close(outside);
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException e) {
      return; // either side has gone
    }
  }

  private static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    close(listening);
    threads.shutdownNow();
  }
}
