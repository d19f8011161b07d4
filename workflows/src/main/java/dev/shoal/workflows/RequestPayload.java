package dev.shoal.workflows;

import com.google.protobuf.ByteString;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ApplicationFailure;

/** What the start form or a client sent, as JSON text. */
final class RequestPayload {

  /** Of one run. */
  static final String ONE =
      "send one JSON object such as {\"model\":\"/models/my-llama\",\"datasets\":\"/corpora\"}";

  /** Of several. */
  static final String SEVERAL =
      "send one JSON object such as {\"name\":\"widths\",\"base\":{\"model\":\"/models/my-llama\","
          + "\"datasets\":\"/corpora\"},\"variations\":[{\"name\":\"half\",\"experts\":{\"width\":0.5}}]}";

  /**
   * A byte takes up to six when JSON text is quoted inside JSON; a larger request would pass this
   * point and be refused by the {@link PayloadGuard} on its way to inspection, at every attempt.
   */
  static final int LIMIT_BYTES = PayloadGuard.LIMIT_BYTES / 8;

  private RequestPayload() {}

  /**
   * The text of the only argument; anything else fails the execution as {@code InvalidInput} and
   * says what would be right.
   */
  static String text(RawValue request, RawValue extra, String example) {
    if (request == null) {
      throw invalid("The request is empty: " + example);
    }
    if (extra != null) {
      throw invalid("There are two arguments: " + example);
    }
    Payload payload = request.getPayload();
    String encoding = payload.getMetadataOrDefault("encoding", ByteString.EMPTY).toStringUtf8();
    if (encoding.equals("binary/null")) {
      throw invalid("The request is null: " + example);
    }
    if (!encoding.equals("json/plain")) {
      throw invalid(
          "The request is encoded as '" + encoding + "', expected json/plain: " + example);
    }
    int bytes = payload.getData().size();
    if (bytes > LIMIT_BYTES) {
      throw invalid(
          "The request has %d bytes, expected at most %d: give datasets as a folder"
              .formatted(bytes, LIMIT_BYTES));
    }
    return payload.getData().toStringUtf8();
  }

  private static ApplicationFailure invalid(String message) {
    return ApplicationFailure.newNonRetryableFailure(message, FailureTypes.INVALID_INPUT);
  }
}
