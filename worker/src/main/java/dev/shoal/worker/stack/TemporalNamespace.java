package dev.shoal.worker.stack;

import com.google.protobuf.util.Durations;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.namespace.v1.NamespaceConfig;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeNamespaceResponse;
import io.temporal.api.workflowservice.v1.UpdateNamespaceRequest;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What Shoal needs of a Temporal namespace, local or not. Every call may be repeated. */
public final class TemporalNamespace {

  private final WorkflowServiceStubs service;
  private final String namespace;

  /** The caller keeps the connection. */
  public TemporalNamespace(WorkflowServiceStubs service, String namespace) {
    this.service = service;
    this.namespace = namespace;
  }

  /** Whether the server knows the namespace; false as long as it does not answer. */
  boolean exists() {
    try {
      return describe().isInitialized();
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /** Keeps closed runs visible at least so long; a longer retention is left alone. */
  public void retain(Duration retention) {
    var config = describe().getConfig();
    if (Durations.toSeconds(config.getWorkflowExecutionRetentionTtl()) < retention.toSeconds()) {
      service
          .blockingStub()
          .updateNamespace(
              UpdateNamespaceRequest.newBuilder()
                  .setNamespace(namespace)
                  .setConfig(
                      NamespaceConfig.newBuilder()
                          .setWorkflowExecutionRetentionTtl(
                              Durations.fromSeconds(retention.toSeconds())))
                  .build());
    }
  }

  /**
   * Registers the search attributes that are missing.
   *
   * @param attributes name to type, as the Temporal command writes it: {@code Keyword}, {@code Int}
   */
  public void register(Map<String, String> attributes) {
    OperatorServiceStubs operator =
        OperatorServiceStubs.newServiceStubs(
            OperatorServiceStubsOptions.newBuilder()
                .setChannel(service.getRawChannel())
                .validateAndBuildWithDefaults());
    var known =
        operator
            .blockingStub()
            .listSearchAttributes(
                ListSearchAttributesRequest.newBuilder().setNamespace(namespace).build());
    Map<String, IndexedValueType> missing = new TreeMap<>();
    attributes.forEach((name, type) -> missing.put(name, typeOf(name, type)));
    missing.keySet().removeAll(known.getCustomAttributesMap().keySet());
    if (!missing.isEmpty()) {
      add(operator, missing);
    }
  }

  private void add(OperatorServiceStubs operator, Map<String, IndexedValueType> missing) {
    try {
      operator
          .blockingStub()
          .addSearchAttributes(
              AddSearchAttributesRequest.newBuilder()
                  .setNamespace(namespace)
                  .putAllSearchAttributes(missing)
                  .build());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS) { // another start was faster
        throw e;
      }
    }
  }

  private static IndexedValueType typeOf(String name, String type) {
    String constant = "INDEXED_VALUE_TYPE_" + type.replaceAll("(?<=[a-z])(?=[A-Z])", "_");
    try {
      return IndexedValueType.valueOf(constant.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Search attribute " + name + " has type '" + type + "', which Temporal does not know.",
          e);
    }
  }

  private DescribeNamespaceResponse describe() {
    return service
        .blockingStub()
        .describeNamespace(DescribeNamespaceRequest.newBuilder().setNamespace(namespace).build());
  }
}
