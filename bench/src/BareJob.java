import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;

/** A workflow of activities that do nothing, and the process that runs it. */
@WorkflowInterface
public interface BareJob {
  String QUEUE = "bench-bare";
  String HOST_QUEUE = "bench-bare-host";

  @WorkflowMethod
  void run(Shape shape);

  /** Local activities, then activities of another task queue, then local ones again. */
  record Shape(int localsBefore, int remotes, int localsAfter) {}

  /** Does nothing. */
  @ActivityInterface
  interface Nothing {
    String nothing(String anything);
  }

  /** As plain as it can be written. */
  final class Impl implements BareJob {
    private final Nothing local =
        Workflow.newLocalActivityStub(
            Nothing.class,
            LocalActivityOptions.newBuilder()
                .setStartToCloseTimeout(Duration.ofSeconds(5))
                .build());
    private final Nothing remote =
        Workflow.newActivityStub(
            Nothing.class,
            ActivityOptions.newBuilder()
                .setTaskQueue(HOST_QUEUE)
                .setStartToCloseTimeout(Duration.ofSeconds(60))
                .build());

    @Override
    public void run(Shape shape) {
      for (int i = 0; i < shape.localsBefore(); i++) {
        local.nothing("");
      }
      for (int i = 0; i < shape.remotes(); i++) {
        remote.nothing("");
      }
      for (int i = 0; i < shape.localsAfter(); i++) {
        local.nothing("");
      }
    }
  }

  /** The worker's process, until it is killed. */
  static void main(String[] arguments) throws InterruptedException {
    WorkerFactory factory = WorkerFactory.newInstance(client());
    Worker jobs = factory.newWorker(QUEUE);
    jobs.registerWorkflowImplementationTypes(Impl.class);
    Nothing nothing = anything -> anything;
    jobs.registerActivitiesImplementations(nothing);
    // As the host worker has it.
    WorkerOptions ofHost =
        WorkerOptions.newBuilder()
            .setMaxConcurrentActivityExecutionSize(6)
            .setMaxConcurrentActivityTaskPollers(2)
            .setDisableEagerExecution(true)
            .build();
    factory.newWorker(HOST_QUEUE, ofHost).registerActivitiesImplementations(nothing);
    factory.start();
    Thread.currentThread().join();
  }

  static WorkflowClient client() {
    return WorkflowClient.newInstance(
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder()
                .setTarget(System.getenv("TEMPORAL_ADDRESS"))
                .build()));
  }
}
