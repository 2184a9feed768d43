package io.holdfast.activities.replication.stream;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.holdfast.config.StreamSettings;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import java.io.File;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connections to other host workers, one an address, kept while they are used. */
public final class StreamClients implements AutoCloseable {
  /** Bytes that may wait in this process; more would only be memory. */
  private static final int AHEAD = 4 << 20;

  private static final long KEEPALIVE_SECONDS = 10;

  /** A packet that is lost is sent again after 1 s and 3 s; behind a cut the next attempt helps. */
  private static final int CONNECT_MILLIS = 4_000;

  private final StreamSettings settings;
  private final ConcurrentHashMap<String, ManagedChannel> channels = new ConcurrentHashMap<>();

  public StreamClients(StreamSettings settings) {
    this.settings = settings;
  }

  /** Begins a stream. {@code address}: host:port. */
  public Outlet open(String address) {
    ManagedChannel channel = channels.compute(address, this::usable);
    ClientCall<Frame, Frame> call =
        channel.newCall(StreamMethod.STREAM, CallOptions.DEFAULT.withOnReadyThreshold(AHEAD));
    return new Outlet(address, call);
  }

  /**
   * One that failed to connect answers with that failure for up to two minutes, and does not try
   * again meanwhile; who calls has waited already.
   */
  private ManagedChannel usable(String address, @Nullable ManagedChannel known) {
    if (known == null) {
      return connect(address);
    }
    if (known.getState(false) != ConnectivityState.TRANSIENT_FAILURE) {
      return known;
    }
    known.shutdown();
    return connect(address);
  }

  private ManagedChannel connect(String address) {
    try {
      return NettyChannelBuilder.forTarget(
              "dns:///" + address,
              TlsChannelCredentials.newBuilder()
                  .keyManager(new File(settings.certificate()), new File(settings.key()))
                  .trustManager(new File(settings.authority()))
                  .build())
          .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
          .flowControlWindow(StreamMethod.WINDOW)
          .maxInboundMessageSize(StreamMethod.MOST_MESSAGE)
          .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
          .keepAliveTimeout(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
          .build();
    } catch (IOException unusable) {
      throw Failures.of(
          FailureType.HOST_UNSUITABLE, "The certificate for streams cannot be used", unusable);
    }
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
  }
}
