package io.holdfast.workflows.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.instance.DeleteInstanceWorkflow;
import io.holdfast.workflows.instance.PromoteInstanceWorkflow;
import io.holdfast.workflows.model.ChildEnd;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Queues;
import io.holdfast.workflows.model.RunBatch;
import io.holdfast.workflows.model.RunMember;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.RunTier;
import io.holdfast.workflows.saga.Profiles;
import io.temporal.activity.ActivityInterface;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a run of many instances does to its history, and what a batch of it may go through. */
class LargePlanTest {
  private static final int MANY = 2 * Members.BATCH + 30;
  private static final int PARALLEL = 8;
  private static final JobId RUN = new JobId(new UUID(0, 1));
  private static final String SECOND_BATCH = "run-batch:%s:all:RECOVER:100".formatted(RUN);

  private static final Duration LOOKS_AGAIN = Duration.ofMillis(100);

  private final Instances instances = new Instances();
  private final TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance();
  private final WorkflowClient client = temporal.getWorkflowClient();

  @BeforeEach
  void start() {
    Worker worker = temporal.newWorker(Queues.CONTROL);
    worker.registerWorkflowImplementationTypes(
        ARunImpl.class, Batch.class, Promotion.class, Deletion.class);
    worker.registerActivitiesImplementations(instances);
    temporal.start();
  }

  @AfterEach
  void close() {
    temporal.close();
  }

  @Test
  void aLargePlanHasBatchesWithHistoriesOfTheirOwn() {
    String run = run(MANY);
    assertThat(instances.recovered).isEmpty();
    assertThat(instances.removed).hasSize(MANY);
    assertThat(instances.mostAtOnce).hasValueBetween(2, PARALLEL);
    assertThat(events(run)).isLessThan(100);
    assertThat(events(SECOND_BATCH)).isBetween(500, 20 * Members.BATCH);
  }

  @Test
  void aSmallPlanHasNone() {
    run(3);
    assertThat(instances.removed).hasSize(3);
    assertThatThrownBy(() -> events("run-batch:%s:all:RECOVER:0".formatted(RUN)))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void aBatchThatIsLostIsMadeAgain() {
    instances.lost.add(SECOND_BATCH);
    run(MANY);
    assertThat(instances.lost).isEmpty();
    assertThat(instances.removed).hasSize(MANY);
    assertThat(instances.begun).hasValue(MANY);
  }

  @Test
  void aCancelReachesWhatABatchWorksOn() {
    instances.held = id(150);
    WorkflowStub run = begin(MANY);
    await().until(() -> instances.recovered.size() == 200 - 1);
    run.cancel();
    assertThatThrownBy(() -> run.getResult(Void.class)).isInstanceOf(WorkflowFailedException.class);
    assertThat(instances.abandoned).containsExactly(instances.promotions.get(id(150)));
    assertThat(instances.recovered).hasSize(200 - 1);
  }

  @Test
  void whatFailsIsNamedAndTheOthersGoOn() {
    instances.broken = Set.of(id(7), id(150));
    assertThatThrownBy(() -> run(MANY))
        .rootCause()
        .hasMessageContaining("2 of the 230 instances of tier all were not recovered");
    assertThat(instances.recovered).hasSize(MANY - 2);
  }

  private String run(int count) {
    WorkflowStub run = begin(count);
    run.getResult(Void.class);
    return run.getExecution().getWorkflowId();
  }

  private WorkflowStub begin(int count) {
    WorkflowStub run =
        client.newUntypedWorkflowStub(
            "ARun", WorkflowOptions.newBuilder().setTaskQueue(Queues.CONTROL).build());
    run.start(count);
    return run;
  }

  private int events(String workflow) {
    return client.fetchHistory(workflow).getEvents().size();
  }

  private static InstanceId id(int number) {
    return new InstanceId(new UUID(1, number));
  }

  /** Recovers so many instances and removes them. */
  @WorkflowInterface
  public interface ARun {
    @WorkflowMethod
    void run(int count);
  }

  /** See {@link ARun}. */
  public static final class ARunImpl implements ARun {
    private final RecoveryLedgerActivities ledger =
        Profiles.inventory(RecoveryLedgerActivities.class);

    @Override
    public void run(int count) {
      List<RunMember> members =
          IntStream.range(0, count)
              .mapToObj(i -> new RunMember(id(i), "db-" + i, FailurePolicy.STOP, 1))
              .toList();
      RunTier tier = new RunTier("all", PARALLEL, members, List.of(), List.of());
      RunOrder order = new RunOrder(RUN, List.of(tier), List.of(), null);
      new Tiers(ledger).recover(order, tier);
      new Removal(ledger).removeAll(order);
    }
  }

  /** What promotions and deletions come to, without their steps. */
  @ActivityInterface
  public interface Ends {
    boolean end(JobId job);

    boolean isLost(String batch);
  }

  /** One that is lost has done half of its work. */
  public static final class Batch implements RunBatchWorkflow {
    private final RunBatchWorkflow all = new RunBatchWorkflowImpl();

    @Override
    public List<JobFailure> run(RunBatch batch) {
      if (Profiles.inventory(Ends.class).isLost(Workflow.getInfo().getWorkflowId())) {
        List<RunMember> half = batch.members().subList(0, batch.members().size() / 2);
        all.run(new RunBatch(batch.run(), batch.work(), batch.parallel(), half));
        throw Failures.of(FailureType.NOT_FOUND, "lost");
      }
      return all.run(batch);
    }
  }

  /** Ends its job as the ledger wants it to end. */
  public static final class Promotion implements PromoteInstanceWorkflow {
    @Override
    public void run(JobRequest request) {
      end(request.job());
    }
  }

  /** See {@link Promotion}. */
  public static final class Deletion implements DeleteInstanceWorkflow {
    @Override
    public void run(JobRequest request) {
      end(request.job());
    }
  }

  private static void end(JobId job) {
    Ends ends = Profiles.inventory(Ends.class);
    while (!ends.end(job)) {
      Workflow.sleep(LOOKS_AGAIN);
    }
  }

  /** The calls of the ledger that a batch makes; see {@link RecoveryLedgerActivities}. */
  @ActivityInterface
  public interface BatchLedger {
    @Nullable JobRequest beginPromotion(JobId run, InstanceId source);

    @Nullable JobRequest beginRemoval(JobId run, InstanceId source);

    ChildEnd childEnd(JobId child);

    void abandonChild(JobId child);
  }

  private static final class Instances implements BatchLedger, Ends {
    final Map<InstanceId, JobId> promotions = new ConcurrentHashMap<>();
    final Map<JobId, InstanceId> deletions = new ConcurrentHashMap<>();
    final Set<InstanceId> recovered = ConcurrentHashMap.newKeySet();
    final Set<InstanceId> removed = ConcurrentHashMap.newKeySet();
    final Set<String> lost = ConcurrentHashMap.newKeySet();
    final Set<JobId> over = ConcurrentHashMap.newKeySet();
    final Set<JobId> abandoned = ConcurrentHashMap.newKeySet();
    final AtomicInteger begun = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    volatile Set<InstanceId> broken = Set.of();
    volatile @Nullable InstanceId held;

    @Override
    public @Nullable JobRequest beginPromotion(JobId run, InstanceId source) {
      if (recovered.contains(source)) {
        return null;
      }
      JobId job = promotions.get(source);
      if (job == null) {
        job = new JobId(UUID.randomUUID());
        promotions.put(source, job);
        begun.incrementAndGet();
        int atOnce =
            (int) promotions.values().stream().filter(each -> !over.contains(each)).count();
        mostAtOnce.accumulateAndGet(atOnce, Math::max);
      }
      return new JobRequest(job, source.value(), JobPolicy.DEFAULT, 1, List.of());
    }

    @Override
    public @Nullable JobRequest beginRemoval(JobId run, InstanceId source) {
      if (removed.contains(source)) {
        return null;
      }
      JobId job = new JobId(UUID.randomUUID());
      deletions.put(job, source);
      return new JobRequest(job, source.value(), JobPolicy.DEFAULT, 1, List.of());
    }

    @Override
    public boolean end(JobId job) {
      InstanceId deleted = deletions.get(job);
      if (deleted != null) {
        recovered.remove(deleted);
        removed.add(deleted);
        over.add(job);
        return true;
      }
      InstanceId made = source(job);
      if (made.equals(held) && !over.contains(job)) {
        return false;
      }
      if (!broken.contains(made)) {
        recovered.add(made);
      }
      over.add(job);
      return true;
    }

    @Override
    public boolean isLost(String batch) {
      return lost.remove(batch);
    }

    private InstanceId source(JobId promotion) {
      return promotions.entrySet().stream()
          .filter(each -> each.getValue().equals(promotion))
          .findFirst()
          .orElseThrow(() -> Failures.of(FailureType.NOT_FOUND, "no promotion " + promotion))
          .getKey();
    }

    @Override
    public ChildEnd childEnd(JobId child) {
      boolean failed = promotions.containsValue(child) && broken.contains(source(child));
      return new ChildEnd(
          over.contains(child),
          failed ? new JobFailure(FailureType.PROBE_FAILED, "It is silent", List.of()) : null);
    }

    @Override
    public void abandonChild(JobId child) {
      abandoned.add(child);
      over.add(child);
    }
  }
}
