package io.holdfast.activities.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.RetryOptions;
import io.temporal.failure.CanceledFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureMappingTest {
  private static final String QUEUE = "test";

  private final Heartbeats heartbeats = new Heartbeats();
  private final TroubleMaker troubles = new TroubleMaker();
  private TestWorkflowEnvironment temporal;

  @BeforeEach
  void start() {
    temporal =
        TestWorkflowEnvironment.newInstance(
            TestEnvironmentOptions.newBuilder()
                .setWorkerFactoryOptions(
                    WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(new FailureMapping(heartbeats))
                        .build())
                .build());
    Worker worker = temporal.newWorker(QUEUE);
    worker.registerWorkflowImplementationTypes(OneCallImpl.class);
    worker.registerActivitiesImplementations(troubles);
    temporal.start();
  }

  @AfterEach
  void stop() {
    temporal.close();
    heartbeats.close();
  }

  @ParameterizedTest
  @CsvSource({
    "full,STORAGE_FULL",
    "broken,STORAGE_FAILED",
    "bug,INTERNAL",
    "typed,NAME_TAKEN_BY_FOREIGN_DOMAIN"
  })
  void givesEveryFailureAType(String trouble, FailureType type) {
    Throwable failure = catchThrowable(() -> call().run(trouble));

    assertThat(Failures.typeOf(failure)).isEqualTo(type);
  }

  @Test
  void keepsABlockedActivityAliveAndTellsItOfACancellation() throws Exception {
    WorkflowStub call = WorkflowStub.fromTyped(call());
    call.start("block");
    assertThat(troubles.blocking.await(10, TimeUnit.SECONDS)).isTrue();
    call.cancel();

    Throwable failure = catchThrowable(() -> call.getResult(Void.class));

    assertThat(failure).hasRootCauseInstanceOf(CanceledFailure.class);
  }

  private OneCall call() {
    WorkflowClient client = temporal.getWorkflowClient();
    return client.newWorkflowStub(
        OneCall.class, WorkflowOptions.newBuilder().setTaskQueue(QUEUE).build());
  }

  @WorkflowInterface
  public interface OneCall {
    @WorkflowMethod
    void run(String trouble);
  }

  @ActivityInterface
  public interface Troubles {
    void make(String trouble);
  }

  public static final class OneCallImpl implements OneCall {
    @Override
    public void run(String trouble) {
      Workflow.newActivityStub(
              Troubles.class,
              ActivityOptions.newBuilder()
                  .setStartToCloseTimeout(Duration.ofSeconds(60))
                  .setHeartbeatTimeout(Duration.ofSeconds(5))
                  .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                  .setRetryOptions(RetryOptions.newBuilder().setMaximumAttempts(1).build())
                  .build())
          .make(trouble);
    }
  }

  private static final class TroubleMaker implements Troubles {
    private final CountDownLatch blocking = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);

    @Override
    public void make(String trouble) {
      switch (trouble) {
        case "full" ->
            throw new UncheckedIOException(new IOException("write: No space left on device"));
        case "broken" -> throw new UncheckedIOException(new IOException("Input/output error"));
        case "typed" -> throw Failures.of(FailureType.NAME_TAKEN_BY_FOREIGN_DOMAIN, "taken");
        case "block" -> block();
        default -> throw new IllegalStateException("a bug");
      }
    }

    /** Never heartbeats by itself. */
    private void block() {
      blocking.countDown();
      while (true) {
        Beat.current().check();
        try {
          never.await(20, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
          throw new IllegalStateException(stopped);
        }
      }
    }
  }
}
