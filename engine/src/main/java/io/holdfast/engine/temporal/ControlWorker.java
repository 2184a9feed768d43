package io.holdfast.engine.temporal;

import io.dropwizard.lifecycle.Managed;
import io.holdfast.workflows.evacuation.EvacuateHostWorkflowImpl;
import io.holdfast.workflows.host.ActivateHostWorkflowImpl;
import io.holdfast.workflows.host.DiscoverHostWorkflowImpl;
import io.holdfast.workflows.host.MaintainHostWorkflowImpl;
import io.holdfast.workflows.host.WatchHostWorkflowImpl;
import io.holdfast.workflows.image.DeleteImageWorkflowImpl;
import io.holdfast.workflows.image.ImportImageWorkflowImpl;
import io.holdfast.workflows.instance.CloneSnapshotWorkflowImpl;
import io.holdfast.workflows.instance.CreateInstanceWorkflowImpl;
import io.holdfast.workflows.instance.DeleteInstanceWorkflowImpl;
import io.holdfast.workflows.instance.PowerInstanceWorkflowImpl;
import io.holdfast.workflows.instance.PromoteInstanceWorkflowImpl;
import io.holdfast.workflows.instance.ReadConsoleWorkflowImpl;
import io.holdfast.workflows.instance.ResizeInstanceWorkflowImpl;
import io.holdfast.workflows.instance.RestorePointWorkflowImpl;
import io.holdfast.workflows.lease.LeaseSending;
import io.holdfast.workflows.migration.MigrateInstanceWorkflowImpl;
import io.holdfast.workflows.model.Queues;
import io.holdfast.workflows.orphan.AdoptOrphanWorkflowImpl;
import io.holdfast.workflows.orphan.DeleteOrphanWorkflowImpl;
import io.holdfast.workflows.orphan.ScanHostWorkflowImpl;
import io.holdfast.workflows.recovery.CleanupPlanWorkflowImpl;
import io.holdfast.workflows.recovery.DrillWorkflowImpl;
import io.holdfast.workflows.recovery.FailbackPlanWorkflowImpl;
import io.holdfast.workflows.recovery.FailoverPlanWorkflowImpl;
import io.holdfast.workflows.recovery.MigratePlanWorkflowImpl;
import io.holdfast.workflows.recovery.ReprotectPlanWorkflowImpl;
import io.holdfast.workflows.recovery.RunBatchWorkflowImpl;
import io.holdfast.workflows.recovery.TestPlanWorkflowImpl;
import io.holdfast.workflows.release.ReleaseLeaseWorkflowImpl;
import io.holdfast.workflows.replication.DeleteGroupWorkflowImpl;
import io.holdfast.workflows.replication.ReplicateGroupWorkflowImpl;
import io.holdfast.workflows.replication.VerifyPointWorkflowImpl;
import io.holdfast.workflows.saga.Callees;
import io.holdfast.workflows.snapshot.DeleteSnapshotWorkflowImpl;
import io.holdfast.workflows.snapshot.RestoreSnapshotWorkflowImpl;
import io.holdfast.workflows.snapshot.SnapshotInstanceWorkflowImpl;
import io.holdfast.workflows.volume.AttachVolumeWorkflowImpl;
import io.holdfast.workflows.volume.CreateVolumeWorkflowImpl;
import io.holdfast.workflows.volume.DeleteVolumeWorkflowImpl;
import io.holdfast.workflows.volume.DetachVolumeWorkflowImpl;
import io.holdfast.workflows.volume.ResizeVolumeWorkflowImpl;
import io.temporal.client.WorkflowClient;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs workflows and the engine's own activities. It begins when Temporal answers: until then the
 * engine serves, and jobs are accepted and wait.
 *
 * <p>No exception type is set to fail a workflow. A defect in workflow code makes Temporal try the
 * task again until a corrected engine is there, and the job then goes on; to fail it would leave
 * the job without its undo.
 */
public final class ControlWorker implements Managed {
  private static final Logger LOGGER = LoggerFactory.getLogger(ControlWorker.class);
  private static final int VIRTUAL_THREADS_SINCE = 21;
  private static final int CALLS_AT_ONCE = 8;
  private static final int IMAGES_AT_ONCE = 8;
  private static final int IMAGE_DELETES_AT_ONCE = 4;
  private static final int RETRY_SECONDS = 2;
  private static final int STOP_SECONDS = 10;

  private final WorkflowClient client;
  private final List<Object> activities;
  private final int transactionsAtOnce;
  private final ScheduledExecutorService starting =
      Executors.newSingleThreadScheduledExecutor(Threads.daemons("control-worker"));
  private volatile @Nullable WorkerFactory running;

  /**
   * @param activities the implementations of the engine's own activities
   * @param transactionsAtOnce local activities that run at once; fewer than the connections that
   *     the database pool has, so that none waits for a connection while its time runs
   */
  public ControlWorker(WorkflowClient client, List<Object> activities, int transactionsAtOnce) {
    this.client = client;
    this.activities = List.copyOf(activities);
    this.transactionsAtOnce = transactionsAtOnce;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // tryStart speaks for itself
  public void start() {
    starting.scheduleWithFixedDelay(this::tryStart, 0, RETRY_SECONDS, TimeUnit.SECONDS);
  }

  /** True once it polls. */
  public boolean isRunning() {
    return running != null;
  }

  private void tryStart() {
    if (running != null) {
      return;
    }
    WorkerFactory factory = made();
    try {
      factory.start();
      running = factory;
      LOGGER.info("Runs workflows of queue {}", Queues.CONTROL);
    } catch (RuntimeException e) {
      LOGGER.warn("Temporal does not answer; jobs wait: {}", e.getMessage());
      factory.shutdownNow();
    }
  }

  /** A defect in what is registered would otherwise end the tries without a word. */
  private WorkerFactory made() {
    try {
      return factory();
    } catch (RuntimeException e) {
      LOGGER.error("The worker cannot be made; no job will run", e);
      throw e;
    }
  }

  private WorkerFactory factory() {
    WorkerFactory factory =
        WorkerFactory.newInstance(
            client,
            WorkerFactoryOptions.newBuilder()
                .setWorkerInterceptors(new Callees(), new LeaseSending())
                .setUsingVirtualWorkflowThreads(
                    Runtime.version().feature() >= VIRTUAL_THREADS_SINCE)
                .build());
    Worker worker =
        factory.newWorker(
            Queues.CONTROL,
            WorkerOptions.newBuilder()
                .setMaxConcurrentLocalActivityExecutionSize(transactionsAtOnce)
                .setMaxConcurrentActivityExecutionSize(CALLS_AT_ONCE)
                .build());
    worker.registerWorkflowImplementationTypes(
        ActivateHostWorkflowImpl.class,
        AttachVolumeWorkflowImpl.class,
        CloneSnapshotWorkflowImpl.class,
        CreateInstanceWorkflowImpl.class,
        CreateVolumeWorkflowImpl.class,
        DeleteImageWorkflowImpl.class,
        DeleteInstanceWorkflowImpl.class,
        DeleteVolumeWorkflowImpl.class,
        DetachVolumeWorkflowImpl.class,
        DiscoverHostWorkflowImpl.class,
        EvacuateHostWorkflowImpl.class,
        ImportImageWorkflowImpl.class,
        MaintainHostWorkflowImpl.class,
        MigrateInstanceWorkflowImpl.class,
        PowerInstanceWorkflowImpl.class,
        ReadConsoleWorkflowImpl.class,
        ScanHostWorkflowImpl.class,
        DeleteOrphanWorkflowImpl.class,
        AdoptOrphanWorkflowImpl.class,
        ResizeInstanceWorkflowImpl.class,
        ResizeVolumeWorkflowImpl.class,
        ReleaseLeaseWorkflowImpl.class,
        ReplicateGroupWorkflowImpl.class,
        RestorePointWorkflowImpl.class,
        VerifyPointWorkflowImpl.class,
        SnapshotInstanceWorkflowImpl.class,
        RestoreSnapshotWorkflowImpl.class,
        DeleteSnapshotWorkflowImpl.class,
        DeleteGroupWorkflowImpl.class,
        TestPlanWorkflowImpl.class,
        CleanupPlanWorkflowImpl.class,
        FailoverPlanWorkflowImpl.class,
        ReprotectPlanWorkflowImpl.class,
        MigratePlanWorkflowImpl.class,
        FailbackPlanWorkflowImpl.class,
        DrillWorkflowImpl.class,
        RunBatchWorkflowImpl.class,
        PromoteInstanceWorkflowImpl.class,
        WatchHostWorkflowImpl.class);
    worker.registerActivitiesImplementations(activities.toArray());
    store(factory, Queues.IMAGES, IMAGES_AT_ONCE);
    store(factory, Queues.IMAGE_DELETES, IMAGE_DELETES_AT_ONCE);
    return factory;
  }

  /** Calls of the image store may last for hours, so they take no slot of a host's power-off. */
  private void store(WorkerFactory factory, String queue, int atOnce) {
    factory
        .newWorker(
            queue, WorkerOptions.newBuilder().setMaxConcurrentActivityExecutionSize(atOnce).build())
        .registerActivitiesImplementations(activities.toArray());
  }

  @Override
  public void stop() {
    starting.shutdownNow();
    WorkerFactory factory = running;
    if (factory != null) {
      factory.shutdown();
      factory.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
      factory.shutdownNow();
    }
  }
}
