package io.holdfast.activities;

import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.migration.overlay.HostOverlays;
import io.holdfast.activities.migration.overlay.MoveLimits;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.replication.backup.HostBackups;
import io.holdfast.activities.replication.backup.ReplicaSending;
import io.holdfast.activities.replication.backup.SentLeaves;
import io.holdfast.activities.replication.backup.StoppedViews;
import io.holdfast.activities.replication.backup.ViewRoom;
import io.holdfast.activities.replication.backup.ViewSending;
import io.holdfast.activities.replication.replica.HostReplicas;
import io.holdfast.activities.replication.replica.KeptReplicaSweep;
import io.holdfast.activities.replication.replica.KeptReplicas;
import io.holdfast.activities.replication.stream.Bandwidth;
import io.holdfast.activities.replication.stream.DiskSender;
import io.holdfast.activities.replication.stream.StreamClients;
import io.holdfast.activities.replication.stream.StreamServer;
import io.holdfast.activities.snapshot.HostMemories;
import io.holdfast.activities.snapshot.HostSnapshots;
import io.holdfast.activities.snapshot.Restores;
import io.holdfast.activities.still.Stills;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.config.HostWorkerSettings;
import io.holdfast.config.StreamSettings;
import io.holdfast.workflows.activity.BackupActivities;
import io.holdfast.workflows.activity.MemoryActivities;
import io.holdfast.workflows.activity.OverlayActivities;
import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.activity.ReplicaSourceActivities;
import io.holdfast.workflows.activity.SnapshotActivities;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Both sides of recovery points on one host, its snapshots, and disks that go to another host;
 * listens for streams when the settings say where.
 */
final class Replication implements AutoCloseable {
  /** Threads that hash and pack, of all streams together: guests need processors, too. */
  private static final int MOST_THREADS = 4;

  private final ExecutorService pool =
      Executors.newFixedThreadPool(
          Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()),
          task -> {
            Thread thread = new Thread(null, task, "leaves", 512 << 10);
            thread.setDaemon(true);
            return thread;
          });
  private final Stills stills;
  private final HostReplicas replicas;
  private final KeptReplicaSweep keptSweep;
  private final HostBackups backups;
  private final ViewRoom room;
  private final HostSnapshots snapshots;
  private final HostMemories memories;
  private final HostOverlays overlays;
  private final ReplicaSending origins;
  private final SentLeaves migrated;
  private final MoveLimits limits;
  private final @Nullable StreamServer server;
  private final @Nullable StreamClients clients;

  Replication(
      HostWorkerSettings settings,
      LibvirtConnection libvirt,
      HostEvents events,
      Pools pools,
      PoolRefresher refresher,
      StorageBackends backends,
      KeyedLocks locks,
      OwnershipBook ownership,
      StoppedViews stopped) {
    StreamSettings streams = settings.streams();
    Path state = state(settings);
    stills = stills(libvirt, locks, state.resolve("stills"));
    KeptReplicas kept = new KeptReplicas(Clock.systemUTC());
    keptSweep = new KeptReplicaSweep(libvirt, kept);
    replicas =
        new HostReplicas(
            pools,
            refresher,
            backends,
            locks,
            state.resolve("replicas"),
            pool,
            kept,
            streams == null ? null : streams.address());
    server = streams == null ? null : listen(streams);
    clients = streams == null ? null : new StreamClients(streams);
    Bandwidth bandwidth = new Bandwidth(streams == null ? 0 : streams.bytesPerSecond());
    DiskSender sender = new DiskSender(bandwidth, pool);
    backups =
        new HostBackups(
            libvirt, locks, ownership, stills, backups(settings), stopped, clients, sender);
    room = new ViewRoom(libvirt, locks, backups(settings));
    migrated = new SentLeaves(state.resolve("migrations"));
    limits = new MoveLimits(state.resolve("migrations"));
    ViewSending views = new ViewSending(clients, sender, migrated);
    overlays = new HostOverlays(libvirt, events, locks, migrated, limits, views, ownership);
    SentLeaves brought = new SentLeaves(state.resolve("brought"));
    origins = new ReplicaSending(pools, new ViewSending(clients, sender, brought), brought);
    Restores restores = new Restores(backups::disksReplaced);
    snapshots =
        new HostSnapshots(libvirt, events, pools, refresher, backends, locks, stills, restores);
    memories =
        new HostMemories(
            settings.libvirt().uri(),
            libvirt,
            events,
            pools,
            refresher,
            backends,
            locks,
            stills,
            ownership,
            restores);
  }

  /** Where the host remembers which views are open. */
  static Path backups(HostWorkerSettings settings) {
    return state(settings).resolve("backups");
  }

  private static Path state(HostWorkerSettings settings) {
    return Path.of(settings.stateDirectory(), settings.host().name());
  }

  /** Guests that a snapshot or a round holds still. */
  Stills stills() {
    return stills;
  }

  BackupActivities backups() {
    return backups;
  }

  OverlayActivities overlays() {
    return overlays;
  }

  /** The leaves of disks that were sent to where their instances go. */
  SentLeaves migrated() {
    return migrated;
  }

  /** What instances on their way from here may use. */
  MoveLimits limits() {
    return limits;
  }

  SnapshotActivities snapshots() {
    return snapshots;
  }

  MemoryActivities memories() {
    return memories;
  }

  ReplicaActivities replicas() {
    return replicas;
  }

  ReplicaSourceActivities replicaSources() {
    return origins;
  }

  private static Stills stills(LibvirtConnection libvirt, KeyedLocks locks, Path notes) {
    try {
      return new Stills(libvirt, locks, notes);
    } catch (IOException refused) {
      throw new UncheckedIOException("Cannot keep notes in " + notes, refused);
    }
  }

  private StreamServer listen(StreamSettings streams) {
    try {
      return new StreamServer(streams, replicas.door(), pool);
    } catch (IOException refused) {
      throw new UncheckedIOException(
          "Cannot listen for streams at " + streams.address() + ": " + refused.getMessage(),
          refused);
    }
  }

  @Override
  public void close() {
    stills.close();
    room.close();
    keptSweep.close();
    if (clients != null) {
      clients.close();
    }
    if (server != null) {
      server.close();
    }
    replicas.close();
    pool.shutdown();
  }
}
