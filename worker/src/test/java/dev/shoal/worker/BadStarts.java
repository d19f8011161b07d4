package dev.shoal.worker;

import com.google.protobuf.ByteString;
import io.temporal.api.common.v1.Payload;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ApplicationFailure;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Starts that no form prevents, against a server and workers that run. */
final class BadStarts {

  private static final long SECONDS = 60;

  private BadStarts() {}

  private static RawValue payload(String encoding, String data) {
    return new RawValue(
        Payload.newBuilder()
            .putMetadata("encoding", ByteString.copyFromUtf8(encoding))
            .setData(ByteString.copyFromUtf8(data))
            .build());
  }

  /** What each ended with, as {@code Type: message}; one that hangs is a failure of the test. */
  static Map<String, String> failures(String address) throws TimeoutException {
    RawValue object = payload("json/plain", "{}");
    Map<String, Object[]> starts = new LinkedHashMap<>();
    starts.put("empty", new Object[0]);
    starts.put("second argument", new Object[] {object, object});
    starts.put("wrong encoding", new Object[] {payload("binary/plain", "{}")});
    starts.put("array", new Object[] {payload("json/plain", "[{}]")});
    Map<String, String> failures = new LinkedHashMap<>();
    WorkflowServiceStubs service =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
    try {
      for (Map.Entry<String, Object[]> start : starts.entrySet()) {
        failures.put(
            start.getKey(), failure(WorkflowClient.newInstance(service), start.getValue()));
      }
    } finally {
      service.shutdownNow();
    }
    return failures;
  }

  private static String failure(WorkflowClient client, Object[] arguments) throws TimeoutException {
    WorkflowStub stub =
        client.newUntypedWorkflowStub(
            "Reconstruct", WorkflowOptions.newBuilder().setTaskQueue("shoal").build());
    stub.start(arguments);
    try {
      return "succeeded: " + stub.getResult(SECONDS, TimeUnit.SECONDS, Object.class);
    } catch (WorkflowFailedException e) {
      ApplicationFailure cause = (ApplicationFailure) e.getCause();
      return cause.getType() + ": " + cause.getOriginalMessage();
    }
  }
}
