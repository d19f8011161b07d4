package dev.shoal.worker.wiring;

import com.google.common.base.Throwables;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Why a Temporal server could not be reached, in a sentence that ends with what to change. */
final class ConnectionFailure {

  private final List<Throwable> causes;

  private ConnectionFailure(RuntimeException failure) {
    this.causes = Throwables.getCausalChain(failure);
  }

  /** The sentence about a server at this address. */
  static UserError of(String address, RuntimeException failure) {
    String remedy = new ConnectionFailure(failure).remedy();
    return UserError.failed("Temporal at %s %s.".formatted(address, remedy), failure);
  }

  /** The sentence about certificates and keys that cannot be read; it names files, not contents. */
  static UserError ofSettings(RuntimeException failure) {
    Throwable cause = Throwables.getRootCause(failure);
    String found =
        cause instanceof NoSuchFileException file
            ? "there is no file " + file.getFile()
            : cause.getMessage();
    return UserError.wrongUse(
        "Temporal's TLS settings cannot be used: %s; correct TEMPORAL_TLS_* or the profile."
            .formatted(found));
  }

  private String remedy() {
    if (has(Status.Code.UNAUTHENTICATED) || has(Status.Code.PERMISSION_DENIED)) {
      return "refuses these credentials; check TEMPORAL_API_KEY, TEMPORAL_TLS_* or the profile";
    }
    if (of(Throwable.class).anyMatch(e -> isNamed(e, "NotSslRecordException"))) {
      return "does not speak TLS; unset TEMPORAL_TLS and TEMPORAL_TLS_*, or correct the address";
    }
    if (of(CertPathBuilderException.class).findAny().isPresent()
        || of(CertificateException.class).findAny().isPresent()) {
      return "shows a certificate that is not trusted here; name the one that signed it in"
          + " TEMPORAL_TLS_SERVER_CA_CERT_PATH, or the host it is for in TEMPORAL_TLS_SERVER_NAME";
    }
    if (of(SSLException.class).findAny().isPresent()) {
      return "ends the TLS handshake; it may ask for a certificate it knows: name it in"
          + " TEMPORAL_TLS_CLIENT_CERT_PATH and its key in TEMPORAL_TLS_CLIENT_KEY_PATH";
    }
    if (of(Throwable.class).anyMatch(e -> isNamed(e, "Http2Exception"))) {
      return "does not speak plain gRPC; if it wants TLS, set TEMPORAL_TLS=true";
    }
    return "does not answer; start it (`shoal up -d` starts a local one), or correct"
        + " TEMPORAL_ADDRESS and TEMPORAL_TLS_*";
  }

  private boolean has(Status.Code code) {
    return of(StatusRuntimeException.class).anyMatch(e -> e.getStatus().getCode() == code);
  }

  /** These classes are inside gRPC's own copy of Netty. */
  private static boolean isNamed(Throwable failure, String name) {
    return failure.getClass().getSimpleName().equals(name);
  }

  private <T> Stream<T> of(Class<T> type) {
    return causes.stream().filter(type::isInstance).map(type::cast);
  }
}
