package dev.shoal.worker.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate for localhost that signs itself, made by the JDK's {@code keytool} and valid for a
 * day.
 *
 * @param store with key and certificate, under {@link #PASSWORD}
 * @param certificate the same as a PEM file
 * @param key the private key as a PEM file
 */
record TestCertificate(KeyStore store, Path certificate, Path key) {

  static final char[] PASSWORD = "changeit".toCharArray();

  static TestCertificate create(Path folder, String name) throws Exception {
    Path file = folder.resolve(name + ".p12");
    Process keytool = new ProcessBuilder(command(file, name)).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor(1, TimeUnit.MINUTES) && keytool.exitValue() == 0).as(said).isTrue();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return of(store, folder, name);
  }

  private static TestCertificate of(KeyStore store, Path folder, String name)
      throws GeneralSecurityException, IOException {
    byte[] key = store.getKey(name, PASSWORD).getEncoded();
    return new TestCertificate(
        store,
        pem(folder.resolve(name + ".crt"), "CERTIFICATE", store.getCertificate(name).getEncoded()),
        pem(folder.resolve(name + ".key"), "PRIVATE KEY", key));
  }

  private static List<String> command(Path file, String name) {
    String password = new String(PASSWORD);
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair",
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-alias",
        name,
        "-dname",
        "CN=" + name,
        "-ext",
        "SAN=dns:localhost,ip:127.0.0.1",
        "-validity",
        "1",
        "-storetype",
        "PKCS12",
        "-keystore",
        file.toString(),
        "-storepass",
        password);
  }

  private static Path pem(Path file, String type, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        file, "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(type, body, type));
  }

  /** Holds this certificate as one to trust, without its key. */
  KeyStore asTrusted() throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    Certificate own = store.getCertificate(store.aliases().nextElement());
    trusted.setCertificateEntry("trusted", own);
    return trusted;
  }
}
