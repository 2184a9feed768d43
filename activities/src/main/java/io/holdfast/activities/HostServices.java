package io.holdfast.activities;

import io.holdfast.activities.census.LibvirtCensusActivities;
import io.holdfast.activities.domain.DomainNames;
import io.holdfast.activities.domain.DomainOwnership;
import io.holdfast.activities.domain.DomainPower;
import io.holdfast.activities.domain.LibvirtAttachments;
import io.holdfast.activities.domain.LibvirtDomainActivities;
import io.holdfast.activities.domain.LibvirtDomainSize;
import io.holdfast.activities.domain.RunningDomains;
import io.holdfast.activities.domain.VolumeDisks;
import io.holdfast.activities.guest.GuestCommands;
import io.holdfast.activities.guest.HostProbes;
import io.holdfast.activities.guest.LibvirtGuestActivities;
import io.holdfast.activities.host.DomainTypeProbe;
import io.holdfast.activities.host.HostDescription;
import io.holdfast.activities.host.LibvirtHostActivities;
import io.holdfast.activities.image.HostImages;
import io.holdfast.activities.instance.HostInstances;
import io.holdfast.activities.lease.HostLeases;
import io.holdfast.activities.lease.LeaseBook;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.migration.HostMigrations;
import io.holdfast.activities.network.LibvirtNetworkActivities;
import io.holdfast.activities.ownership.HostLease;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.PoolRooms;
import io.holdfast.activities.pool.PoolStorage;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.SharedPools;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.replication.backup.RoundNotes;
import io.holdfast.activities.replication.backup.StoppedViews;
import io.holdfast.activities.volume.HostBlockVolumes;
import io.holdfast.activities.volume.HostVolumes;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.config.HostWorkerSettings;
import io.holdfast.workflows.activity.AttachmentActivities;
import io.holdfast.workflows.activity.BackupActivities;
import io.holdfast.workflows.activity.BlockVolumeActivities;
import io.holdfast.workflows.activity.CensusActivities;
import io.holdfast.workflows.activity.CommandActivities;
import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.activity.DomainSizeActivities;
import io.holdfast.workflows.activity.GuestActivities;
import io.holdfast.workflows.activity.HostActivities;
import io.holdfast.workflows.activity.ImageActivities;
import io.holdfast.workflows.activity.InstanceActivities;
import io.holdfast.workflows.activity.LeaseActivities;
import io.holdfast.workflows.activity.MemoryActivities;
import io.holdfast.workflows.activity.MigrationActivities;
import io.holdfast.workflows.activity.NetworkActivities;
import io.holdfast.workflows.activity.OverlayActivities;
import io.holdfast.workflows.activity.OwnershipActivities;
import io.holdfast.workflows.activity.ProbeActivities;
import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.activity.ReplicaSourceActivities;
import io.holdfast.workflows.activity.SnapshotActivities;
import io.holdfast.workflows.activity.VolumeActivities;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that the activities stand on, wired once; also what a test on a real host starts. */
public final class HostServices implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostServices.class);

  private final LibvirtConnection work;
  private final LibvirtConnection waiting;
  private final PoolRefresher refresher;
  private final DomainTypeProbe domainType;
  private final VolumeActivities volumes;
  private final ImageActivities images;
  private final NetworkActivities networks;
  private final DomainActivities domains;
  private final OwnershipActivities ownership;
  private final HostLease lease;
  private final BlockVolumeActivities blockVolumes;
  private final AttachmentActivities attachments;
  private final DomainSizeActivities sizes;
  private final InstanceActivities instances;
  private final GuestActivities guests;
  private final ProbeActivities probes;
  private final CommandActivities commands;
  private final HostActivities host;
  private final CensusActivities census;
  private final LeaseBook book;
  private final LeaseActivities leases;
  private final Replication replication;
  private final MigrationActivities migrations;

  /**
   * Fails when the state directory cannot be made, or the streams' address cannot be listened on.
   */
  public HostServices(HostWorkerSettings settings) {
    book = book(settings);
    HostEvents events = new HostEvents();
    work = new LibvirtConnection(settings.libvirt().uri(), events);
    waiting = new LibvirtConnection(settings.libvirt().uri(), events);
    Path state = Path.of(settings.stateDirectory(), settings.host().name());
    PoolStorage storage = new PoolStorage(state.resolve("pools"));
    Pools pools = new Pools(work, storage);
    PoolRooms rooms = new PoolRooms(storage);
    SharedPools shared =
        new SharedPools(pools, Set.copyOf(settings.pools().shared()), settings.host().name());
    StorageBackends backends = new StorageBackends();
    KeyedLocks locks = new KeyedLocks();
    refresher = new PoolRefresher(work);
    domainType = DomainTypeProbe.of(work, settings.libvirt().domainType());
    volumes = new HostVolumes(pools, refresher, backends, locks, new RunningDomains(work));
    images = new HostImages(pools, refresher);
    networks = new LibvirtNetworkActivities(work);
    OwnershipBook owned = new OwnershipBook(settings.ownership(), Clock.systemUTC());
    StoppedViews stopped = new StoppedViews(Replication.backups(settings));
    DomainPower power = new DomainPower(work, events, owned, stopped::end);
    RoundNotes rounds = new RoundNotes(Replication.backups(settings));
    domains =
        new LibvirtDomainActivities(work, power, owned, pools, domainType, locks, rounds::forget);
    lease = lease(settings);
    ownership = new DomainOwnership(owned, power, pools, locks, lease);
    VolumeDisks disks =
        new VolumeDisks(
            work, events, instance -> stopped.end(instance, "a volume was taken, or grown"));
    blockVolumes = new HostBlockVolumes(pools, refresher, disks, locks);
    attachments = new LibvirtAttachments(disks, pools, locks);
    sizes = new LibvirtDomainSize(work, events, locks);
    instances = new HostInstances(volumes, networks, domains);
    leases = new HostLeases(book, domains, pools);
    replication =
        new Replication(settings, work, events, pools, refresher, backends, locks, owned, stopped);
    migrations =
        new HostMigrations(
            work,
            events,
            pools,
            shared,
            refresher,
            locks,
            replication.stills(),
            domains,
            volumes,
            owned,
            replication.migrated(),
            replication.limits(),
            settings.libvirt(),
            settings.migration());
    guests = new LibvirtGuestActivities(waiting, events);
    probes = new HostProbes(waiting, events);
    commands = new GuestCommands(waiting, events);
    host =
        new LibvirtHostActivities(
            waiting, events, new HostDescription(work, domainType, backends, shared, rooms));
    census = new LibvirtCensusActivities(work, rooms, DomainNames.CONSOLES);
  }

  public VolumeActivities volumes() {
    return volumes;
  }

  public ImageActivities images() {
    return images;
  }

  public NetworkActivities networks() {
    return networks;
  }

  public DomainActivities domains() {
    return domains;
  }

  public OwnershipActivities ownership() {
    return ownership;
  }

  public BlockVolumeActivities blockVolumes() {
    return blockVolumes;
  }

  public AttachmentActivities attachments() {
    return attachments;
  }

  public DomainSizeActivities sizes() {
    return sizes;
  }

  public InstanceActivities instances() {
    return instances;
  }

  public GuestActivities guests() {
    return guests;
  }

  public ProbeActivities probes() {
    return probes;
  }

  public CommandActivities commands() {
    return commands;
  }

  public HostActivities host() {
    return host;
  }

  public CensusActivities census() {
    return census;
  }

  public LeaseActivities leases() {
    return leases;
  }

  public BackupActivities backups() {
    return replication.backups();
  }

  public OverlayActivities overlays() {
    return replication.overlays();
  }

  public MigrationActivities migrations() {
    return migrations;
  }

  public SnapshotActivities snapshots() {
    return replication.snapshots();
  }

  public MemoryActivities memories() {
    return replication.memories();
  }

  public ReplicaActivities replicas() {
    return replication.replicas();
  }

  public ReplicaSourceActivities replicaSources() {
    return replication.replicaSources();
  }

  /** Asked before each call that changes something. */
  public LeaseBook book() {
    return book;
  }

  private static HostLease lease(HostWorkerSettings settings) {
    try {
      return new HostLease(settings.watchdog(), Path.of(settings.ownership().bootDirectory()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot feed " + settings.watchdog().device(), e);
    }
  }

  /** By the host's name: workers of two hosts on one machine must not share a book. */
  private static LeaseBook book(HostWorkerSettings settings) {
    Path folder = Path.of(settings.stateDirectory(), settings.host().name(), "leases");
    try {
      return new LeaseBook(folder, Clock.systemUTC());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot keep leases in " + folder, e);
    }
  }

  /** Finds out in the background what the first define would have to wait for. */
  public void warmUp() {
    Thread thread =
        new Thread(
            () -> {
              try {
                domainType.get();
              } catch (RuntimeException later) {
                LOG.info("The host was not probed yet: {}", later.getMessage());
              }
            },
            "warm-up");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    lease.close();
    replication.close();
    refresher.close();
    waiting.close();
    work.close();
  }
}
