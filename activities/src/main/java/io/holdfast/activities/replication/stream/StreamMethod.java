package io.holdfast.activities.replication.stream;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobFailure;
import io.temporal.failure.ApplicationFailure;

/** The one method of the stream's service, and how failures cross it. */
final class StreamMethod {
  static final String SERVICE = "holdfast.replication.v1.Streams";

  static final MethodDescriptor<Frame, Frame> STREAM =
      MethodDescriptor.<Frame, Frame>newBuilder()
          .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Stream"))
          .setRequestMarshaller(new FrameMarshaller())
          .setResponseMarshaller(new FrameMarshaller())
          .build();

  /** Window of a stream: a WAN's bandwidth times its delay, and yet little memory. */
  static final int WINDOW = 8 << 20;

  /** The longest frame, with its fields. */
  static final int MOST_MESSAGE = Intake.MOST_BYTES + (4 << 10);

  private static final Metadata.Key<String> TYPE =
      Metadata.Key.of("holdfast-failure", Metadata.ASCII_STRING_MARSHALLER);

  private StreamMethod() {}

  /** What the receiver tells of why it ends the stream. */
  static StatusRuntimeException toStatus(Exception thrown) {
    if (thrown instanceof StatusRuntimeException status) {
      return status;
    }
    if (thrown instanceof ProtocolException lie) {
      return Status.INVALID_ARGUMENT.withDescription(lie.getMessage()).asRuntimeException();
    }
    Metadata trailers = new Metadata();
    RuntimeException typed = FailureMapping.typed(thrown);
    JobFailure failure = Failures.describe(typed);
    trailers.put(TYPE, failure.type().name());
    String causes = failure.causes().isEmpty() ? "" : ": " + String.join(", ", failure.causes());
    return Status.ABORTED
        .withDescription(failure.message() + causes)
        .withCause(thrown)
        .asRuntimeException(trailers);
  }

  /** The failure that the sender's workflow sees: the receiver's own, or STREAM_BROKEN. */
  static ApplicationFailure toFailure(String address, Throwable ended) {
    Status status = Status.fromThrowable(ended);
    Metadata trailers = Status.trailersFromThrowable(ended);
    String type = trailers == null ? null : trailers.get(TYPE);
    String words = String.valueOf(status.getDescription());
    for (FailureType known : FailureType.values()) {
      if (known.name().equals(type)) {
        return Failures.of(known, words + " (at " + address + ")");
      }
    }
    Throwable cause = status.getCause();
    return Failures.of(
        FailureType.STREAM_BROKEN,
        "The stream to " + address + " ended: " + words,
        cause == null ? ended : cause);
  }
}
