package dev.shoal.workflows;

import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.codec.PayloadCodecException;
import java.util.List;

/**
 * Refuses payloads that do not belong into a history. Clients and workers use {@link
 * #dataConverter}; the test server has no limits of its own.
 */
public final class PayloadGuard implements PayloadCodec {

  /** Well below the server's 2 MiB. */
  static final int LIMIT_BYTES = 256 * 1024;

  /** The default converter behind the guard. */
  public static DataConverter dataConverter() {
    return new CodecDataConverter(
        DefaultDataConverter.newDefaultInstance(), List.of(new PayloadGuard()));
  }

  /**
   * The same, with one more step between the guard and the server.
   *
   * @param outer sees what the guard has let through; decodes first
   * @param failures whether messages and stack traces of failures take that step, too
   */
  public static CodecDataConverter dataConverter(PayloadCodec outer, boolean failures) {
    return new CodecDataConverter(
        DefaultDataConverter.newDefaultInstance(), List.of(outer, new PayloadGuard()), failures);
  }

  @Override
  public List<Payload> encode(List<Payload> payloads) {
    for (Payload payload : payloads) {
      if (payload.getSerializedSize() > LIMIT_BYTES) {
        throw new PayloadCodecException(
            "a payload of %d bytes is over the limit of %d; pass an artifact reference instead"
                .formatted(payload.getSerializedSize(), LIMIT_BYTES));
      }
    }
    return payloads;
  }

  @Override
  public List<Payload> decode(List<Payload> payloads) {
    return payloads;
  }
}
