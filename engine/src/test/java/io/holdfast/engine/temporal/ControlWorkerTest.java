package io.holdfast.engine.temporal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.activity.FencingAgentActivities;
import io.holdfast.workflows.activity.ImageStoreActivities;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.saga.Profiles;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of an engine that last for hours leave room for those that cannot wait. */
class ControlWorkerTest {
  private static final String QUEUE = "tests";
  private static final int MANY = 20;
  private static final int IMAGES_AT_ONCE = 8;

  /** More imports than an engine works on at once. */
  @WorkflowInterface
  public interface Imports {
    @WorkflowMethod
    void run(ImageId image);
  }

  /** What somebody waits for. */
  @WorkflowInterface
  public interface Urgent {
    @WorkflowMethod
    String run(HostRef host, ImageId image);
  }

  public static final class ManyImports implements Imports {
    private final ImageStoreActivities store = Profiles.imageStore(ImageStoreActivities.class);

    @Override
    public void run(ImageId image) {
      Promise.allOf(
              IntStream.range(0, MANY)
                  .mapToObj(i -> Async.procedure(store::fetchContent, image))
                  .toList())
          .get();
    }
  }

  public static final class PowerOffAndDeletes implements Urgent {
    @Override
    public String run(HostRef host, ImageId image) {
      Profiles.undoImageStore(ImageStoreActivities.class).deleteContent(image);
      Profiles.shortImageStore(ImageStoreActivities.class).deleteContent(image);
      return String.valueOf(Profiles.agent(FencingAgentActivities.class).powerOff(host));
    }
  }

  /** Its sources send a byte now and then, for hours. */
  private static final class SlowStore implements ImageStoreActivities {
    final CountDownLatch busy = new CountDownLatch(IMAGES_AT_ONCE);
    final CountDownLatch over = new CountDownLatch(1);

    @Override
    public void fetchContent(ImageId image) {
      busy.countDown();
      try {
        over.await();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void deleteContent(ImageId image) {}
  }

  private final SlowStore store = new SlowStore();
  private final FencingAgentActivities fencing = host -> host.name() + " is off";
  private final TestWorkflowEnvironment temporal =
      TestWorkflowEnvironment.newInstance(
          TestEnvironmentOptions.newBuilder().setUseTimeskipping(false).build());
  private final WorkflowClient client = temporal.getWorkflowClient();
  private final ControlWorker worker = new ControlWorker(client, List.of(store, fencing), 8);

  @AfterEach
  void stopWorkers() {
    store.over.countDown();
    worker.stop();
    temporal.close();
  }

  @Test
  void importsThatLastForHoursKeepNoHostFromBeingFenced() throws Exception {
    Worker tests = temporal.newWorker(QUEUE);
    tests.registerWorkflowImplementationTypes(ManyImports.class, PowerOffAndDeletes.class);
    temporal.start();
    worker.start();
    ImageId image = new ImageId(UUID.randomUUID());
    WorkflowClient.start(client.newWorkflowStub(Imports.class, options())::run, image);
    assertThat(store.busy.await(60, SECONDS)).isTrue();

    HostRef host = new HostRef(HostId.ofName("alpha1"), "alpha1");
    Urgent urgent = client.newWorkflowStub(Urgent.class, options());
    assertThat(WorkflowClient.execute(urgent::run, host, image).get(14, SECONDS))
        .isEqualTo("alpha1 is off");
  }

  private static WorkflowOptions options() {
    return WorkflowOptions.newBuilder().setTaskQueue(QUEUE).build();
  }
}
