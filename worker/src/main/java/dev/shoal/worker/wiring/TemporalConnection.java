package dev.shoal.worker.wiring;

import com.uber.m3.tally.NoopScope;
import com.uber.m3.tally.Scope;
import dev.shoal.worker.payloads.EncryptingCodec;
import dev.shoal.worker.stack.TemporalNamespace;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.serviceclient.RpcRetryOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.serviceclient.rpcretry.DefaultStubServiceOperationRpcRetryOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** An open connection to a Temporal server that answers and knows the namespace. */
public final class TemporalConnection implements AutoCloseable {

  /** What the workflow sets, so that runs can be found in the UI. */
  public static final Map<String, String> SEARCH_ATTRIBUTES =
      Map.of(
          "ShoalState", "Keyword",
          "ShoalStage", "Keyword",
          "ShoalModel", "Keyword",
          "ShoalRun", "Keyword",
          "ShoalPerplexity", "Double");

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(6);

  /** A person is told after this long that nothing answers; a worker tries for a minute. */
  private static final RpcRetryOptions IMPATIENT =
      DefaultStubServiceOperationRpcRetryOptions.getBuilder()
          .setExpiration(Duration.ofSeconds(5))
          .build();

  private final WorkflowServiceStubs service;
  private final WorkflowClient client;
  private final Optional<String> ui;

  private TemporalConnection(
      WorkflowServiceStubs service, WorkflowClient client, Optional<String> ui) {
    this.service = service;
    this.client = client;
    this.ui = ui;
  }

  /**
   * Connects within ten seconds.
   *
   * @throws UserError naming the address and what to do when that is not possible
   */
  public static TemporalConnection open(Settings settings) {
    return open(settings, null, new NoopScope(), IMPATIENT);
  }

  /**
   * Connects a worker under a name that Temporal shows.
   *
   * @param meters where the SDK counts what it does
   */
  static TemporalConnection open(Settings settings, String identity, Scope meters) {
    return open(settings, identity, meters, DefaultStubServiceOperationRpcRetryOptions.INSTANCE);
  }

  private static TemporalConnection open(
      Settings settings, String identity, Scope meters, RpcRetryOptions retries) {
    ClientConfigProfile profile = settings.temporal();
    WorkflowServiceStubs service = connect(profile, meters, retries);
    WorkflowClientOptions options =
        WorkflowClientOptions.newBuilder(profile.toWorkflowClientOptions())
            .setDataConverter(EncryptingCodec.converter(settings.payloadKeys()))
            .setIdentity(identity)
            .build();
    WorkflowClient client = WorkflowClient.newInstance(service, options);
    TemporalConnection connection = new TemporalConnection(service, client, settings.temporalUi());
    connection.requireNamespace(profile.getAddress());
    return connection;
  }

  private static WorkflowServiceStubs connect(
      ClientConfigProfile profile, Scope meters, RpcRetryOptions retries) {
    WorkflowServiceStubsOptions options = options(profile, meters, retries);
    try {
      return WorkflowServiceStubs.newConnectedServiceStubs(options, CONNECT_LIMIT);
    } catch (RuntimeException e) {
      throw ConnectionFailure.of(profile.getAddress(), e);
    }
  }

  private static WorkflowServiceStubsOptions options(
      ClientConfigProfile profile, Scope meters, RpcRetryOptions retries) {
    try {
      return WorkflowServiceStubsOptions.newBuilder(profile.toWorkflowServiceStubsOptions())
          .setMetricsScope(meters)
          .setRpcRetryOptions(retries)
          .build();
    } catch (RuntimeException e) {
      throw ConnectionFailure.ofSettings(e);
    }
  }

  private void requireNamespace(String address) {
    try {
      service
          .blockingStub()
          .withDeadlineAfter(CONNECT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
          .describeNamespace(
              DescribeNamespaceRequest.newBuilder().setNamespace(namespace()).build());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        close();
        throw UserError.failed(
            ("Temporal at %s has no namespace %s; create it with `temporal operator namespace"
                    + " create -n %s`, or correct TEMPORAL_NAMESPACE.")
                .formatted(address, namespace(), namespace()));
      }
      // Who may not look at a namespace may still be allowed to work in it.
    }
  }

  /** Registers what {@link #SEARCH_ATTRIBUTES} names; repeats change nothing. */
  public void registerSearchAttributes() {
    try {
      new TemporalNamespace(service, namespace()).register(SEARCH_ATTRIBUTES);
    } catch (StatusRuntimeException e) {
      throw UserError.failed(
          ("Temporal does not let this worker register search attributes (%s); let an administrator"
                  + " create ShoalState, ShoalStage, ShoalModel and ShoalRun of type Keyword, and"
                  + " ShoalPerplexity of type Double, in namespace %s.")
              .formatted(e.getStatus().getCode(), namespace()),
          e);
    }
  }

  /** For starting, asking and steering workflows. */
  public WorkflowClient client() {
    return client;
  }

  /** Namespace of every workflow. */
  public String namespace() {
    return client.getOptions().getNamespace();
  }

  /** A run's page in the UI, where the UI's address is known. */
  public Optional<String> link(String workflowId) {
    return ui.map(url -> link(url, namespace(), workflowId));
  }

  /** A workflow's page below the UI's address. */
  public static String link(String ui, String namespace, String workflowId) {
    String id = URLEncoder.encode(workflowId, StandardCharsets.UTF_8).replace("+", "%20");
    return ui + "/namespaces/" + namespace + "/workflows/" + id;
  }

  @Override
  public void close() {
    service.shutdownNow();
  }
}
