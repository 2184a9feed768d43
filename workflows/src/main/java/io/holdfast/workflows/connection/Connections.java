package io.holdfast.workflows.connection;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.temporal.serviceclient.GrpcCompression;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connections that are used again within seconds of the end of an outage, however long it was.
 * Without that each layer waits twice as long with every failure: gRPC between two attempts to
 * connect, up to two minutes, and the SDK between two polls, up to one. A move whose cable was
 * pulled for half a minute stood for 12 s after it was plugged in.
 */
public final class Connections {
  private static final Duration CONNECT_AGAIN = Duration.ofSeconds(1);

  private Connections() {}

  /**
   * Connects with the first call.
   *
   * @param address host:port of Temporal's front end
   * @param tls null for plain gRPC
   * @param serverName what its certificate names; empty for the address's host
   */
  public static WorkflowServiceStubs to(
      String address, @Nullable SslContext tls, String serverName) {
    return WorkflowServiceStubs.newServiceStubs(
        WorkflowServiceStubsOptions.newBuilder()
            .setTarget(address)
            .setSslContext(tls)
            .setChannelInitializer(
                channel -> {
                  if (!serverName.isEmpty()) {
                    channel.overrideAuthority(serverName);
                  }
                })
            .setConnectionBackoffResetFrequency(CONNECT_AGAIN)
            .setGrpcClientInterceptors(List.of(new WaitForReady()))
            .setGrpcCompression(GrpcCompression.NONE) // what is sealed gets no smaller
            .build());
  }
}
