package io.holdfast.activities.replication.stream;

import io.grpc.ClientCall;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.holdfast.activities.worker.Beat;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream at its sender. Each wait ends when the stream does, when the activity was cancelled,
 * or with STREAM_BROKEN when the receiver has said nothing for minutes.
 */
public final class Outlet implements AutoCloseable {
  private static final long LOOK_MILLIS = 200;
  private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final String address;
  private final Object monitor = new Object();
  private final Deque<Frame> answers = new ArrayDeque<>();
  private final ClientCallStreamObserver<Frame> requests;
  private @Nullable Throwable failure;
  private boolean completed;

  Outlet(String address, ClientCall<Frame, Frame> call) {
    this.address = address;
    requests =
        (ClientCallStreamObserver<Frame>) ClientCalls.asyncBidiStreamingCall(call, new Answers());
  }

  /** Sends a frame; waits while the network, or the receiver, is slower than this end. */
  void send(Frame frame) {
    await(requests::isReady);
    requests.onNext(frame);
  }

  /** The next answer; waits for it. */
  Frame next() {
    await(() -> !answers.isEmpty());
    synchronized (monitor) {
      return answers.remove();
    }
  }

  /** The next answer when there is one. */
  @Nullable Frame poll() {
    synchronized (monitor) {
      return answers.poll();
    }
  }

  /** Ends the stream; what was marked stays at the receiver. */
  @Override
  public void close() {
    synchronized (monitor) {
      if (completed || failure != null) {
        return;
      }
    }
    requests.cancel("The sender leaves", null);
  }

  private void await(Condition met) {
    long deadline = System.nanoTime() + SILENCE_NANOS;
    synchronized (monitor) {
      while (!met.holds()) {
        Throwable ended = failure;
        if (ended == null && completed) {
          ended = Status.UNAVAILABLE.withDescription("the receiver hung up").asException();
        }
        if (ended == null && System.nanoTime() - deadline > 0) {
          ended = Status.UNAVAILABLE.withDescription("no answer for minutes").asException();
        }
        if (ended != null) {
          throw StreamMethod.toFailure(address, ended);
        }
        Beat.current().check();
        try {
          monitor.wait(LOOK_MILLIS);
        } catch (InterruptedException stopped) {
          Thread.currentThread().interrupt();
          throw StreamMethod.toFailure(address, stopped);
        }
      }
    }
  }

  @FunctionalInterface
  private interface Condition {
    boolean holds();
  }

  /** What gRPC's threads tell. */
  private final class Answers implements ClientResponseObserver<Frame, Frame> {
    @Override
    public void beforeStart(ClientCallStreamObserver<Frame> observer) {
      observer.setOnReadyHandler(this::wake);
    }

    private void wake() {
      synchronized (monitor) {
        monitor.notifyAll();
      }
    }

    @Override
    public void onNext(Frame frame) {
      synchronized (monitor) {
        answers.add(frame);
        monitor.notifyAll();
      }
    }

    @Override
    public void onError(Throwable thrown) {
      synchronized (monitor) {
        failure = thrown;
        monitor.notifyAll();
      }
    }

    @Override
    public void onCompleted() {
      synchronized (monitor) {
        completed = true;
        monitor.notifyAll();
      }
    }
  }
}
