package io.holdfast.workflows.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.stub.StreamObserver;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.api.workflowservice.v1.GetSystemInfoResponse;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueRequest;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueResponse;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
  private static final Duration OUTAGE = Duration.ofMillis(10_500);

  /** gRPC alone would try at 9.3 s and then at 15.9 s, give or take a second. */
  private static final Duration SOON = Duration.ofSeconds(4);

  @Test
  void aPollOutlivesAnOutageAndIsAnsweredSoonAfterIt() throws Exception {
    int port = freePort();
    WorkflowServiceStubs stubs = Connections.to("127.0.0.1:" + port, null, "");
    Server before = started(port);
    Server after = null;
    try {
      assertThat(poll(stubs).get().getActivityId()).isEqualTo("one");
      before.shutdownNow().awaitTermination();
      assertThatThrownBy(() -> describe(stubs)).hasMessageContaining("UNAVAILABLE");
      Future<PollActivityTaskQueueResponse> poll = poll(stubs);
      assertThatThrownBy(() -> poll.get(OUTAGE.toMillis(), TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      after = started(port);
      assertThat(poll.get(SOON.toMillis(), TimeUnit.MILLISECONDS).getActivityId()).isEqualTo("one");
    } finally {
      stubs.shutdownNow();
      before.shutdownNow();
      if (after != null) {
        after.shutdownNow();
      }
    }
  }

  private static Server started(int port) throws IOException {
    return ServerBuilder.forPort(port).addService(new Polled()).build().start();
  }

  private static Future<PollActivityTaskQueueResponse> poll(WorkflowServiceStubs stubs) {
    return stubs
        .futureStub()
        .withDeadlineAfter(1, TimeUnit.MINUTES)
        .pollActivityTaskQueue(PollActivityTaskQueueRequest.getDefaultInstance());
  }

  private static void describe(WorkflowServiceStubs stubs) {
    stubs.blockingStub().describeNamespace(DescribeNamespaceRequest.getDefaultInstance());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static final class Polled extends WorkflowServiceGrpc.WorkflowServiceImplBase {
    @Override
    public void getSystemInfo(
        GetSystemInfoRequest request, StreamObserver<GetSystemInfoResponse> answers) {
      answers.onNext(GetSystemInfoResponse.getDefaultInstance());
      answers.onCompleted();
    }

    @Override
    public void pollActivityTaskQueue(
        PollActivityTaskQueueRequest request,
        StreamObserver<PollActivityTaskQueueResponse> answers) {
      answers.onNext(PollActivityTaskQueueResponse.newBuilder().setActivityId("one").build());
      answers.onCompleted();
    }
  }
}
