package io.holdfast.activities.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.domain.DomainPower;
import io.holdfast.activities.domain.LibvirtDomainActivities;
import io.holdfast.activities.domain.RunningDomains;
import io.holdfast.activities.image.ImageFiles;
import io.holdfast.activities.instance.HostInstances;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.ownership.Books;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.volume.HostVolumes;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.activities.worker.Heartbeats;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.activity.InstanceActivities;
import io.holdfast.workflows.activity.NetworkActivities;
import io.holdfast.workflows.activity.VolumeActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.lease.Lease;
import io.holdfast.workflows.lease.LeaseChecking;
import io.holdfast.workflows.lease.LeaseSending;
import io.holdfast.workflows.lease.Leases;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.PortSpec;
import io.holdfast.workflows.model.PowerState;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A build that stands still between two of its steps, on a real host: Temporal gives it up, the job
 * is undone, and only then it goes on.
 */
class LateCallTest {
  private static final String QUEUE = "host";
  private static final InstanceSpec INSTANCE = Examples.instance();

  @TempDir Path pool;
  @TempDir Path ownership;
  @TempDir Path state;

  private final HostEvents events = new HostEvents();
  private final LibvirtConnection libvirt = TestHost.connect(events);
  private final PoolRefresher refresher = new PoolRefresher(libvirt);
  private final SlowConnections networks = new SlowConnections();
  private final Heartbeats heartbeats = new Heartbeats();
  private LibvirtDomainActivities domains;
  private LeaseBook book;
  private TestWorkflowEnvironment temporal;

  @BeforeEach
  void start() throws Exception {
    OwnershipBook owned = Books.in(ownership);
    TestHost.addPool(libvirt, pool);
    QemuImg.createEmpty(ImageFiles.whole(pool, INSTANCE.requireImage().id()), 32L << 20);
    Pools pools = new Pools(libvirt, (any, where) -> {});
    KeyedLocks locks = new KeyedLocks();
    domains =
        new LibvirtDomainActivities(
            libvirt,
            new DomainPower(libvirt, events, owned, instance -> {}),
            owned,
            pools,
            () -> "test",
            locks,
            instance -> {});
    HostVolumes volumes =
        new HostVolumes(
            pools, refresher, new StorageBackends(), locks, new RunningDomains(libvirt));
    book = new LeaseBook(state, Clock.systemUTC());
    temporal =
        TestWorkflowEnvironment.newInstance(
            TestEnvironmentOptions.newBuilder()
                .setWorkerFactoryOptions(
                    WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(
                            new LeaseSending(),
                            new LeaseChecking(book),
                            new FailureMapping(heartbeats))
                        .build())
                .build());
    Worker worker = temporal.newWorker(QUEUE);
    worker.registerWorkflowImplementationTypes(BuildAndUndoImpl.class, BesideImpl.class);
    worker.registerActivitiesImplementations(
        new HostInstances(volumes, networks, domains), volumes, domains);
    temporal.start();
  }

  @AfterEach
  void stop() {
    networks.goOn.countDown();
    temporal.close();
    heartbeats.close();
    refresher.close();
    libvirt.close();
  }

  @Test
  void whatWasUndoneStaysUndone() throws Exception {
    BuildAndUndo job =
        temporal
            .getWorkflowClient()
            .newWorkflowStub(
                BuildAndUndo.class, WorkflowOptions.newBuilder().setTaskQueue(QUEUE).build());
    CompletableFuture<Boolean> undone =
        CompletableFuture.supplyAsync(
            () ->
                job.run(
                    new JobRequest(
                        Examples.JOB, INSTANCE.id().value(), JobPolicy.DEFAULT, 7, List.of())));
    assertThat(networks.standsStill.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(PoolFiles.startingWith(pool, INSTANCE.id() + "-")).hasSize(3);
    Path newest = state.resolve(INSTANCE.id().toString());
    await().until(() -> Files.readString(newest).startsWith("7 1")); // the undo has come
    assertThat(undone).isNotDone();
    networks.goOn.countDown();

    assertThat(undone.get(60, TimeUnit.SECONDS)).isTrue();
    assertThat(domains.readDomain(INSTANCE.id()).state()).isEqualTo(PowerState.MISSING);
    assertThat(PoolFiles.startingWith(pool, INSTANCE.id() + "-")).isEmpty();
  }

  /** A job of a volume whose call comes after a newer job of the instance that it works on. */
  @Test
  void whatStandsBesideTheTargetIsFencedToo() {
    domains.defineDomain(INSTANCE);
    JobRequest request =
        new JobRequest(
            Examples.JOB, UUID.randomUUID(), JobPolicy.DEFAULT, 7, List.of(INSTANCE.id().value()));
    book.enter(new Lease(INSTANCE.id().value(), 8, 0)).close();
    assertThat(beside().run(request)).isEqualTo(FailureType.STALE_LEASE);
    assertThat(domains.readDomain(INSTANCE.id()).state()).isEqualTo(PowerState.SHUTOFF);

    JobRequest newer =
        new JobRequest(request.job(), request.target(), request.policy(), 9, request.beside());
    assertThat(beside().run(newer)).isNull();
    assertThat(domains.readDomain(INSTANCE.id()).state()).isEqualTo(PowerState.RUNNING);
    assertThatThrownBy(() -> book.enter(new Lease(INSTANCE.id().value(), 8, 0)))
        .hasMessageContaining("after one with " + INSTANCE.id() + "/9.0");
  }

  private Beside beside() {
    return temporal
        .getWorkflowClient()
        .newWorkflowStub(Beside.class, WorkflowOptions.newBuilder().setTaskQueue(QUEUE).build());
  }

  @WorkflowInterface
  public interface Beside {
    /** Starts the domain of what stands beside the target; why it could not, or null. */
    @WorkflowMethod
    @Nullable FailureType run(JobRequest request);
  }

  public static final class BesideImpl implements Beside {
    @Override
    public @Nullable FailureType run(JobRequest request) {
      try {
        Workflow.newActivityStub(
                DomainActivities.class, BuildAndUndoImpl.within(Duration.ofSeconds(50)))
            .startDomain(new InstanceId(request.beside().get(0)));
        return null;
      } catch (ActivityFailure refused) {
        return Failures.typeOf(refused);
      }
    }
  }

  @WorkflowInterface
  public interface BuildAndUndo {
    /** True when the build failed and was undone. */
    @WorkflowMethod
    boolean run(JobRequest request);
  }

  public static final class BuildAndUndoImpl implements BuildAndUndo {
    @Override
    public boolean run(JobRequest request) {
      InstanceId id = request.instance();
      try {
        Workflow.newActivityStub(InstanceActivities.class, within(Duration.ofSeconds(3)))
            .buildInstance(INSTANCE);
        return false;
      } catch (ActivityFailure givenUp) {
        Leases.nextPhase();
        Workflow.newActivityStub(DomainActivities.class, within(Duration.ofSeconds(50)))
            .undefineDomain(id);
        Workflow.newActivityStub(VolumeActivities.class, within(Duration.ofSeconds(50)))
            .deleteVolumes(id, INSTANCE.pool());
        return true;
      }
    }

    private static ActivityOptions within(Duration time) {
      return ActivityOptions.newBuilder()
          .setStartToCloseTimeout(time)
          .setRetryOptions(RetryOptions.newBuilder().setMaximumAttempts(1).build())
          .build();
    }
  }

  /** The test driver's networks have no DHCP server; here a build stands still. */
  private static final class SlowConnections implements NetworkActivities {
    final CountDownLatch standsStill = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public void connectPorts(InstanceId instance, JobId job, List<PortSpec> ports) {
      standsStill.countDown();
      try {
        goOn.await();
      } catch (InterruptedException stopped) {
        throw new IllegalStateException(stopped);
      }
    }

    @Override
    public void disconnectPorts(InstanceId instance, List<PortSpec> ports) {}
  }
}
