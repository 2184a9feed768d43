package io.holdfast.activities;

import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.activities.worker.Heartbeats;
import io.holdfast.config.HostWorkerSettings;
import io.holdfast.config.TemporalTlsSettings;
import io.holdfast.workflows.connection.Connections;
import io.holdfast.workflows.lease.LeaseChecking;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.Queues;
import io.holdfast.workflows.seal.Keyring;
import io.holdfast.workflows.seal.SealingCodec;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The host's task queues, and the process's way to Temporal. */
final class TaskQueues implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TaskQueues.class);

  /** A wait costs a thread that sleeps; 64 of them hold up no work. */
  private static final int WAIT_SLOTS = 64;

  /** A stream costs a few MiB and what the network gives it; more at once only share that. */
  private static final int STREAM_SLOTS = 8;

  /** As many guests as one evacuation moves at once may leave, and as many come (parallel, 16). */
  private static final int MOVE_SLOTS = 32;

  /** How old a call's progress may be; the SDK would send it at 0.8 of the heartbeat's timeout. */
  private static final Duration NEWS_AT_LEAST_EVERY = Duration.ofSeconds(4);

  private static final Duration NEVER = Duration.ofSeconds(-1);
  private static final long LOOK_SECONDS = 1;
  private static final int GRACE_SECONDS = 20;

  private final HostWorkerSettings settings;
  private final WorkflowServiceStubs temporal;
  private final WorkerFactory changes;
  private final WorkerFactory waits;
  private final Heartbeats heartbeats = new Heartbeats();
  private final List<String> names;

  TaskQueues(HostWorkerSettings settings, Keyring keyring, HostServices services) {
    this.settings = settings;
    TemporalTlsSettings tls = settings.temporal().tls();
    temporal = Connections.to(settings.temporal().address(), tls.context(), tls.serverName());
    WorkflowClient client =
        WorkflowClient.newInstance(
            temporal,
            WorkflowClientOptions.newBuilder()
                .setNamespace(settings.temporal().namespace())
                .setDataConverter(SealingCodec.converter(keyring))
                .setIdentity("host-worker@" + settings.host().name())
                .setWorkerHeartbeatInterval(NEVER) // the engine watches hosts by itself
                .build());
    WorkerFactoryOptions options =
        WorkerFactoryOptions.newBuilder()
            .setWorkerInterceptors(
                new LeaseChecking(services.book()),
                new FailureMapping(heartbeats)) // the last one is the outermost
            .build();
    changes = WorkerFactory.newInstance(client, options);
    waits = WorkerFactory.newInstance(client, options);
    HostId host = HostId.ofName(settings.host().name());
    names =
        List.of(
            Queues.host(host),
            Queues.hostStreams(host),
            Queues.hostMoves(host),
            Queues.hostWait(host));
    worker(changes, Queues.host(host), settings.slots(), 2)
        .registerActivitiesImplementations(
            services.volumes(),
            services.images(),
            services.networks(),
            services.domains(),
            services.instances(),
            services.census(),
            services.blockVolumes(),
            services.attachments(),
            services.sizes(),
            services.leases(),
            services.backups(),
            services.replicas(),
            services.replicaSources(),
            services.snapshots(),
            services.memories(),
            services.overlays(),
            services.migrations(),
            services.host());
    worker(changes, Queues.hostStreams(host), STREAM_SLOTS, 1)
        .registerActivitiesImplementations(
            services.backups(),
            services.replicas(),
            services.replicaSources(),
            services.overlays(),
            services.migrations());
    worker(changes, Queues.hostMoves(host), MOVE_SLOTS, 1)
        .registerActivitiesImplementations(
            services.replicas(), services.overlays(), services.migrations());
    worker(waits, Queues.hostWait(host), WAIT_SLOTS, 1)
        .registerActivitiesImplementations(
            services.guests(),
            services.probes(),
            services.commands(),
            services.ownership(),
            services.host());
  }

  List<String> names() {
    return names;
  }

  /** Begins to poll as soon as Temporal answers; false when {@code end} came first. */
  boolean startWhenTemporalAnswers(CountDownLatch end) throws InterruptedException {
    boolean told = false;
    while (!end.await(0, TimeUnit.SECONDS)) {
      try {
        temporal
            .blockingStub()
            .withDeadlineAfter(5, TimeUnit.SECONDS)
            .describeNamespace(
                DescribeNamespaceRequest.newBuilder()
                    .setNamespace(settings.temporal().namespace())
                    .build());
        changes.start();
        waits.start();
        return true;
      } catch (RuntimeException absent) {
        if (!told) {
          LOG.info(
              "Waits for Temporal at {}: {}", settings.temporal().address(), absent.getMessage());
        }
        told = true;
        end.await(LOOK_SECONDS, TimeUnit.SECONDS);
      }
    }
    return false;
  }

  private static Worker worker(WorkerFactory factory, String queue, int slots, int pollers) {
    return factory.newWorker(
        queue,
        WorkerOptions.newBuilder()
            .setMaxConcurrentActivityExecutionSize(slots)
            .setMaxConcurrentActivityTaskPollers(pollers)
            .setMaxHeartbeatThrottleInterval(NEWS_AT_LEAST_EVERY)
            .setDisableEagerExecution(true)
            .build());
  }

  /**
   * Takes nothing new, drops what only waits, lets what changes the host end, and goes; also when
   * Temporal has gone before.
   */
  @Override
  public void close() {
    try {
      waits.shutdownNow();
      changes.shutdown();
      changes.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
      changes.shutdownNow();
    } catch (RuntimeException absent) {
      LOG.debug("Temporal was not told that this worker ends: {}", absent.getMessage());
    }
    heartbeats.close();
    temporal.shutdownNow();
  }
}
