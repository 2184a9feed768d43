package io.holdfast.activities.replication.stream;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.holdfast.config.StreamSettings;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where streams come in. Only who has a certificate of the configured authority may connect. */
public final class StreamServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamServer.class);
  private static final int FRAMES_AHEAD = 32;
  private static final long KEEPALIVE_SECONDS = 10;
  private static final long END_SECONDS = 5;

  private final Server server;
  private final ExecutorService calls;

  /**
   * Listens at once.
   *
   * @throws IOException when the address is taken or a file of the settings cannot be used
   */
  public StreamServer(StreamSettings settings, Intake.Door door, ExecutorService pool)
      throws IOException {
    calls =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(null, task, "stream-in", 512 << 10);
              thread.setDaemon(true);
              return thread;
            });
    server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(settings.host(), settings.port()),
                TlsServerCredentials.newBuilder()
                    .keyManager(new File(settings.certificate()), new File(settings.key()))
                    .trustManager(new File(settings.authority()))
                    .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                    .build())
            .executor(calls)
            .flowControlWindow(StreamMethod.WINDOW)
            .maxInboundMessageSize(StreamMethod.MOST_MESSAGE)
            .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveTime(KEEPALIVE_SECONDS / 2, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addService(
                ServerServiceDefinition.builder(StreamMethod.SERVICE)
                    .addMethod(
                        StreamMethod.STREAM,
                        ServerCalls.asyncBidiStreamingCall(
                            answers -> new Call(door, pool, answers)))
                    .build())
            .build()
            .start();
  }

  /** The port that is listened on. */
  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    calls.shutdown();
  }

  /** gRPC calls it by one thread at a time, also to say that the other end went. */
  private static final class Call implements StreamObserver<Frame> {
    private final ServerCallStreamObserver<Frame> wire;
    private final Answers answers;
    private final Receiving receiving;
    private boolean ended;

    Call(Intake.Door door, ExecutorService pool, StreamObserver<Frame> observer) {
      wire = (ServerCallStreamObserver<Frame>) observer;
      wire.disableAutoRequest();
      wire.setOnCancelHandler(this::leave);
      wire.request(FRAMES_AHEAD);
      answers = new Answers(wire);
      receiving = new Receiving(door, pool, answers);
    }

    @Override
    public void onNext(Frame frame) {
      if (ended) {
        return;
      }
      try {
        receiving.take(frame);
        wire.request(1);
      } catch (IOException | RuntimeException refused) {
        leave();
        LOG.warn("A stream was ended: {}", refused.getMessage());
        answers.refuse(receiving.told(refused));
      }
    }

    @Override
    public void onError(Throwable gone) {
      leave();
    }

    @Override
    public void onCompleted() {
      leave();
    }

    private void leave() {
      ended = true;
      receiving.close();
    }
  }
}
