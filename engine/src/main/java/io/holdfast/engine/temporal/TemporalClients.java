package io.holdfast.engine.temporal;

import io.dropwizard.lifecycle.Managed;
import io.holdfast.config.TemporalSettings;
import io.holdfast.workflows.connection.Connections;
import io.holdfast.workflows.seal.Keyring;
import io.holdfast.workflows.seal.SealingCodec;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.util.concurrent.TimeUnit;

/** The connection to Temporal. It is made with the first call, so an engine starts without it. */
public final class TemporalClients implements Managed {
  private static final int CHECK_SECONDS = 2;

  private final TemporalSettings settings;
  private final WorkflowServiceStubs stubs;
  private final WorkflowClient client;

  /** {@code keyring}: seals everything that Temporal gets to see. */
  public TemporalClients(TemporalSettings settings, Keyring keyring) {
    this.settings = settings;
    this.stubs =
        Connections.to(settings.address(), settings.tls().context(), settings.tls().serverName());
    this.client =
        WorkflowClient.newInstance(
            stubs,
            WorkflowClientOptions.newBuilder()
                .setNamespace(settings.namespace())
                .setDataConverter(SealingCodec.converter(keyring))
                .build());
  }

  public WorkflowClient client() {
    return client;
  }

  /** Asks for our namespace, at most two seconds; throws gRPC's exception when that fails. */
  public void check() {
    stubs
        .blockingStub()
        .withDeadlineAfter(CHECK_SECONDS, TimeUnit.SECONDS)
        .describeNamespace(
            DescribeNamespaceRequest.newBuilder().setNamespace(settings.namespace()).build());
  }

  @Override
  public void stop() {
    stubs.shutdownNow();
  }
}
