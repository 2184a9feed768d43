package io.holdfast.activities.replication.stream;

import io.grpc.stub.StreamObserver;

/**
 * What a receiver tells its sender: by the stream's own thread, and by the one that makes marks
 * durable. After the last word nothing more is said.
 */
final class Answers {
  private final StreamObserver<Frame> wire;
  private boolean ended;

  Answers(StreamObserver<Frame> wire) {
    this.wire = wire;
  }

  synchronized void tell(Frame frame) {
    if (!ended) {
      wire.onNext(frame);
    }
  }

  synchronized void complete(Frame last) {
    if (!ended) {
      ended = true;
      wire.onNext(last);
      wire.onCompleted();
    }
  }

  synchronized void refuse(Exception why) {
    if (!ended) {
      ended = true;
      wire.onError(StreamMethod.toStatus(why));
    }
  }
}
