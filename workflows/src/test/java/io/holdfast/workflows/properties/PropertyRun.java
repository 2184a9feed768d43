package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.lease.LeaseChecking;
import io.holdfast.workflows.lease.LeaseSending;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobDecision;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.Queues;
import io.holdfast.workflows.saga.Callees;
import io.holdfast.workflows.saga.SteeringSignals;
import io.temporal.activity.Activity;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.client.ActivityCompletionClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TerminatedFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import io.temporal.worker.WorkflowImplementationOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs jobs, one at a time, in Temporal's in-memory server, each with one fault. */
final class PropertyRun implements AutoCloseable {
  /**
   * Heartbeats that are not held back, so a cancellation arrives at once. On a machine that is busy
   * with other tests a workflow thread may wait for a processor longer than the usual second.
   */
  static final WorkerOptions CANCEL_AT_ONCE =
      WorkerOptions.newBuilder()
          .setMaxHeartbeatThrottleInterval(Duration.ofMillis(20))
          .setDefaultHeartbeatThrottleInterval(Duration.ofMillis(20))
          .setDefaultDeadlockDetectionTimeout(20_000)
          .build();

  /** The least that a host may be given: what waits there must not wait for what it holds up. */
  private static final WorkerOptions ONE_SLOT =
      WorkerOptions.newBuilder(CANCEL_AT_ONCE).setMaxConcurrentActivityExecutionSize(1).build();

  private static final Duration BETWEEN_BEATS = Duration.ofSeconds(5);

  /** The in-memory server does not skip the time that a call waits for a host which is silent. */
  private static final int HANGS_AFTER_SECONDS = 120;

  /**
   * The in-memory server remembers each time that its clock was held, in a list that it searches
   * each time that the clock is let go (LinkedList.remove in SelfAdvancingTimerImpl 1.38). After
   * some hundred jobs that takes most of a test's time, so that the server is made anew.
   */
  private static final int JOBS_OF_A_SERVER = 30;

  final World world = new World();
  private final GuestWorld guests = new GuestWorld(world);
  final VolumeWorld volumes = new VolumeWorld(world);
  private final OrphanWorld orphans = new OrphanWorld(world);
  private final LeaseWorld leases = new LeaseWorld(world);
  final ProtectionWorld protection = new ProtectionWorld(world);
  final RecoveryWorld recovery = new RecoveryWorld(world);
  private final World there = new World(new PrefixedFacts(world.facts, "there:"));
  final RecoveryWorld recoveryThere = new RecoveryWorld(there);
  final PlanStepsWorld planSteps = new PlanStepsWorld(world, recovery);
  final MoveWorld moves = new MoveWorld(world, recovery);
  final ReversalWorld reversals = new ReversalWorld(world);
  final SnapshotWorld snapshots = new SnapshotWorld(world);
  final ResizeWorld resizes = new ResizeWorld(world);
  final MigrationWorld migrations = new MigrationWorld(world);
  final ImageWorld images = new ImageWorld(world);
  final EvacuationWorld evacuations = new EvacuationWorld(world);
  final Fault fault = new Fault();

  /** What a person does when a job asks that the job waits for. */
  Answer childAnswer = decide(JobVerb.RESUME, false);

  private final AtomicLong generation = new AtomicLong();
  private volatile TestWorkflowEnvironment environment;
  private int jobs;
  private volatile WorkflowExecution last = WorkflowExecution.getDefaultInstance();

  /**
   * @param takesJobs false: nobody takes a job until it has been cancelled
   */
  PropertyRun(boolean takesJobs) {
    environment = open();
    if (takesJobs) {
      environment.start();
    }
  }

  private TestWorkflowEnvironment open() {
    TestWorkflowEnvironment opened =
        TestWorkflowEnvironment.newInstance(
            TestEnvironmentOptions.newBuilder().setWorkerFactoryOptions(intercepted()).build());
    Worker control = opened.newWorker(Queues.CONTROL, CANCEL_AT_ONCE);
    control.registerWorkflowImplementationTypes(
        WorkflowImplementationOptions.newBuilder()
            .setFailWorkflowExceptionTypes(RuntimeException.class)
            .build(),
        PropertyWorkflows.ALL);
    control.registerActivitiesImplementations(
        world,
        guests,
        volumes,
        resizes,
        orphans,
        leases,
        protection,
        snapshots,
        migrations,
        recovery,
        planSteps,
        reversals,
        moves,
        evacuations,
        images,
        new HostWorld(world));
    for (String queue : List.of(Queues.IMAGES, Queues.IMAGE_DELETES)) {
      opened.newWorker(queue, CANCEL_AT_ONCE).registerActivitiesImplementations(images);
    }
    listen(
        opened::newWorker,
        World.HOST.id(),
        world,
        guests,
        volumes,
        resizes,
        orphans,
        leases,
        protection,
        snapshots,
        recovery,
        planSteps,
        new MovingHost(migrations, world, world.facts));
    there.onStart = migrations::runsThere;
    there.onStop = () -> migrations.onStopThere.run();
    listen(
        opened::newWorker,
        MigrationWorld.TARGET.id(),
        there,
        new GuestWorld(there),
        new ProtectionWorld(there),
        recoveryThere,
        new VolumeWorld(there),
        new SnapshotWorld(there),
        new MovingHost(migrations, world, there.facts));
    return opened;
  }

  private WorkerFactoryOptions intercepted() {
    return WorkerFactoryOptions.newBuilder()
        .setWorkerInterceptors(
            new LeaseChecking(world.gate), fault, new Callees(), new LeaseSending())
        .build();
  }

  /** A host beside the two of every run, which works until its factory is shut down. */
  WorkerFactory listen(HostId host, Object... activities) {
    WorkerFactory factory =
        WorkerFactory.newInstance(environment.getWorkflowClient(), intercepted());
    listen(factory::newWorker, host, activities);
    factory.start();
    return factory;
  }

  private static void listen(
      BiFunction<String, WorkerOptions, Worker> workers, HostId host, Object... activities) {
    workers.apply(Queues.host(host), ONE_SLOT).registerActivitiesImplementations(activities);
    for (String queue :
        List.of(Queues.hostStreams(host), Queues.hostMoves(host), Queues.hostWait(host))) {
      workers.apply(queue, CANCEL_AT_ONCE).registerActivitiesImplementations(activities);
    }
  }

  /**
   * As {@link #run(JobKind, Fault.Mode, int, JobPolicy, Answer)}; what blocks gets the scenario's
   * answer.
   */
  List<Fault.Call> run(JobKind kind, Fault.Mode mode, int position) {
    return run(kind, mode, position, JobPolicy.DEFAULT, decide(Scenario.answer(kind), false));
  }

  /** What a person does when a job asks. */
  interface Answer {
    void to(JobHold hold, WorkflowStub job);
  }

  static Answer decide(JobVerb verb, boolean patched) {
    return decide(verb, patched, null);
  }

  /** {@code host}: that the patch names. */
  static Answer decide(JobVerb verb, boolean patched, @Nullable HostId host) {
    return (hold, job) ->
        job.signal(
            SteeringSignals.DECIDE,
            new JobDecision(
                UUID.randomUUID(), hold.id(), verb, patched, "tester", "why not", host));
  }

  /**
   * Runs one job to its end and returns the activity calls that were made, in order. A cancel at
   * position 0 comes before the job is taken.
   */
  List<Fault.Call> run(
      JobKind kind, Fault.Mode mode, int position, JobPolicy policy, Answer answer) {
    WorkflowStub job = stub(kind);
    recovery.kind = kind;
    fault.arm(mode, position, job::cancel);
    world.onHold = hold -> answer.to(hold, job);
    world.onChildHold = (child, hold) -> childAnswer.to(hold, asking(child));
    JobId id = new JobId(UUID.randomUUID());
    JobRequest request = request(id, policy);
    last = job.start(around(kind, request));
    if (mode == Fault.Mode.CANCEL && position == 0) {
      job.cancel();
      environment.start();
    }
    awaitEnd(job, kind, mode, position);
    return List.copyOf(fault.calls);
  }

  private void awaitEnd(WorkflowStub job, JobKind kind, Fault.Mode mode, int position) {
    try {
      job.getResult(HANGS_AFTER_SECONDS, TimeUnit.SECONDS, Void.class);
    } catch (TimeoutException hangs) {
      throw new AssertionError(
          "%s hangs, broken by %s at call %d: %s".formatted(kind, mode, position, fault.calls),
          hangs);
    } catch (WorkflowFailedException failed) {
      // A failed or cancelled job ends its workflow so; the caller asserts what the job says.
      if (world.ended == null || isDefect(failed)) {
        throw failed;
      }
    }
  }

  /**
   * As {@link #run(JobKind, Fault.Mode, int)}, but its run is lost behind that call, and the job
   * runs again from its first step, as LostRuns of the engine has it.
   *
   * @param meanwhile what happens between the two runs
   * @param then what befalls the second one: NONE, CANCEL_ELSEWHERE or CANCEL_FIRST
   */
  void runLosing(JobKind kind, int position, Runnable meanwhile, Fault.Mode then) {
    runLosing(kind, position, meanwhile, then, decide(Scenario.answer(kind), false));
  }

  /** {@code answer}: to what it asks. */
  void runLosing(JobKind kind, int position, Runnable meanwhile, Fault.Mode then, Answer answer) {
    runLosing(kind, position, meanwhile, then, JobPolicy.DEFAULT, answer);
  }

  /** As {@link #runLosing(JobKind, int, Runnable, Fault.Mode)}; who is asked answers so. */
  void runLosing(
      JobKind kind,
      int position,
      Runnable meanwhile,
      Fault.Mode then,
      JobPolicy policy,
      Answer answer) {
    recovery.kind = kind;
    WorkflowStub first = stub(kind);
    CompletableFuture<WorkflowExecution> started = new CompletableFuture<>();
    fault.arm(
        Fault.Mode.LOST,
        position,
        () -> {
          started.join(); // its first call may come before the answer
          first.terminate("lost");
        });
    world.onHold = hold -> answer.to(hold, first);
    JobId id = new JobId(UUID.randomUUID());
    started.complete(first.start(around(kind, request(id, policy))));
    assertThatThrownBy(() -> first.getResult(HANGS_AFTER_SECONDS, TimeUnit.SECONDS, Void.class))
        .hasRootCauseInstanceOf(TerminatedFailure.class);
    meanwhile.run();
    WorkflowStub second = stub(kind);
    world.onHold = hold -> answer.to(hold, second);
    fault.arm(then, 0, second::cancel);
    last = second.start(around(kind, following(id, policy)));
    if (then == Fault.Mode.CANCEL_FIRST) {
      second.cancel();
    }
    awaitEnd(second, kind, then, position);
  }

  private JobRequest around(JobKind kind, JobRequest request) {
    return kind == JobKind.PROMOTE_INSTANCE ? recovery.around(request.job(), request) : request;
  }

  private JobRequest following(JobId id, JobPolicy policy) {
    JobRequest first = request(id, policy);
    return new JobRequest(
        id,
        first.target(),
        first.policy(),
        first.generation(),
        first.beside(),
        null,
        world.steps.begun(id));
  }

  private WorkflowStub stub(JobKind kind) {
    if (jobs++ == JOBS_OF_A_SERVER) {
      environment.close();
      environment = open();
      environment.start();
      jobs = 1;
    }
    return environment
        .getWorkflowClient()
        .newUntypedWorkflowStub(
            kind.workflowType(), WorkflowOptions.newBuilder().setTaskQueue(Queues.CONTROL).build());
  }

  private JobRequest request(JobId id, JobPolicy policy) {
    return new JobRequest(
        id, World.HOST.id().value(), policy, generation.incrementAndGet(), List.of());
  }

  /** Cancels the job that runs. */
  void cancel() {
    environment.getWorkflowClient().newUntypedWorkflowStub(last.getWorkflowId()).cancel();
  }

  /** Tells the job that runs. */
  void signal(String name) {
    environment.getWorkflowClient().newUntypedWorkflowStub(last.getWorkflowId()).signal(name);
  }

  /** Of the jobs that others wait for these alone ask: moves, and what is done around instances. */
  WorkflowStub asking(JobId child) {
    JobKind kind =
        recovery.kind == JobKind.EVACUATE_HOST
            ? JobKind.MIGRATE_INSTANCE
            : JobKind.PROMOTE_INSTANCE;
    return environment.getWorkflowClient().newUntypedWorkflowStub(kind.workflowId(child));
  }

  /** For a call that takes so long by the clock of the workflows, and gives signs of life. */
  void pass(Duration time) {
    byte[] call = Activity.getExecutionContext().getTaskToken();
    ActivityCompletionClient lives = environment.getWorkflowClient().newActivityCompletionClient();
    Instant end = now().plus(time);
    while (now().isBefore(end)) {
      environment.sleep(BETWEEN_BEATS);
      lives.heartbeat(call, null);
    }
  }

  /** By the clock of the workflows. */
  Instant now() {
    return Instant.ofEpochMilli(environment.currentTimeMillis());
  }

  /** What Temporal keeps of the last job, as {@code temporal workflow show -o json} exports it. */
  String history() {
    return environment
        .getWorkflowClient()
        .fetchHistory(last.getWorkflowId(), last.getRunId())
        .toJson(false);
  }

  /** Not one of our failures: outside of tests such a workflow would be tried again for ever. */
  private static boolean isDefect(WorkflowFailedException failed) {
    return failed.getCause() instanceof ApplicationFailure cause
        && Stream.of(FailureType.values()).noneMatch(type -> type.name().equals(cause.getType()));
  }

  @Override
  public void close() {
    environment.close();
  }
}
