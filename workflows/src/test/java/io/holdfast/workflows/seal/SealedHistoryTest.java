package io.holdfast.workflows.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.RetryOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A history written through the codec, and a worker that lacks its key. */
class SealedHistoryTest {
  private static final String SECRET = "open-sesame";

  @WorkflowInterface
  public interface Echo {
    @WorkflowMethod
    String run(String word);
  }

  @ActivityInterface
  public interface Repeat {
    String repeat(String word);
  }

  public static final class EchoImpl implements Echo {
    @Override
    public String run(String word) {
      return Workflow.newActivityStub(
              Repeat.class,
              ActivityOptions.newBuilder()
                  .setStartToCloseTimeout(Duration.ofSeconds(10))
                  .setRetryOptions(RetryOptions.newBuilder().setMaximumAttempts(1).build())
                  .build())
          .repeat(word);
    }
  }

  private final TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance();

  private WorkflowClient client(int... keys) {
    return WorkflowClient.newInstance(
        temporal.getWorkflowServiceStubs(),
        WorkflowClientOptions.newBuilder()
            .setDataConverter(SealingCodec.converter(SealingCodecTest.keyring(keys)))
            .build());
  }

  private static WorkerFactory work(WorkflowClient client) {
    WorkerFactory factory = WorkerFactory.newInstance(client);
    Worker worker = factory.newWorker("q");
    worker.registerWorkflowImplementationTypes(EchoImpl.class);
    worker.registerActivitiesImplementations((Repeat) word -> word + "!");
    factory.start();
    return factory;
  }

  private WorkflowStub start(WorkflowClient client) {
    WorkflowStub echo =
        client.newUntypedWorkflowStub(
            "Echo", WorkflowOptions.newBuilder().setTaskQueue("q").build());
    echo.start(SECRET);
    return echo;
  }

  private String history(WorkflowExecution run) {
    return client(1).fetchHistory(run.getWorkflowId()).toJson(false);
  }

  @Test
  void noWordOfItIsInTheHistory() {
    WorkerFactory worker = work(client(1));
    WorkflowStub echo = start(client(1));
    assertThat(echo.getResult(String.class)).isEqualTo(SECRET + "!");

    String base64 =
        java.util.Base64.getEncoder()
            .encodeToString(('"' + SECRET + '"').getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(history(echo.getExecution()))
        .doesNotContain(SECRET, base64)
        .contains("ACTIVITY_TASK_COMPLETED");
    worker.shutdownNow();
    temporal.close();
  }

  /** Not failed, not lost: it stands, says why, and goes on when the key is there. */
  @Test
  void aWorkflowWaitsForAWorkerThatHasItsKey() {
    WorkerFactory lacking = work(client(2));
    WorkflowStub echo = start(client(1, 2)); // which reads what either worker writes
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                client(1).fetchHistory(echo.getExecution().getWorkflowId()).getEvents().stream()
                    .anyMatch(e -> e.getEventType() == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED));
    lacking.shutdownNow();
    lacking.awaitTermination(10, java.util.concurrent.TimeUnit.SECONDS);

    WorkerFactory able = work(client(2, 1));
    assertThat(echo.getResult(String.class)).isEqualTo(SECRET + "!");
    able.shutdownNow();
    temporal.close();
  }
}
