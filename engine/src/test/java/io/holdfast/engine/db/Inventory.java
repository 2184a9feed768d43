package io.holdfast.engine.db;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.HostFacts;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.ImageFormat;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.NetworkMode;
import io.holdfast.workflows.model.PoolFacts;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.SnapshotDisk;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Writes a small world for tests. Names are unique in a JVM, so tests of one class may share. */
public final class Inventory {
  public static final long GIB = 1L << 30;
  private static final String PROJECT = "default";
  private static final AtomicInteger SERIAL = new AtomicInteger();

  private final Database database;

  public Inventory(Database database) {
    this.database = database;
  }

  public static String name(String stem) {
    return stem + "-" + SERIAL.incrementAndGet();
  }

  public static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  public SiteRow site() {
    SiteRow site = new SiteRow(UUID.randomUUID(), name("site"), now());
    database.daos().sites().insert(site);
    return site;
  }

  public HostRow registeredHost(SiteRow site) {
    String name = name("host");
    UUID id = HostId.ofName(name).value();
    HostRow host =
        new HostRow(id, name, site.id(), HostState.REGISTERED, null, 0, 0, null, null, now());
    database.daos().hosts().insert(host);
    return host;
  }

  /** An ACTIVE host with one reflink pool "default" of 1 TiB. */
  public HostRow host(SiteRow site, int cpus, long memoryMiB) {
    HostRow host = registeredHost(site);
    HostDao hosts = database.daos().hosts();
    hosts.setDiscovered(host.id(), facts(host.name(), cpus, memoryMiB), cpus, memoryMiB, now());
    hosts.putPool(new PoolRow(host.id(), "default", "/pool", 1024 * GIB, true, null));
    return hosts.findById(host.id()).orElseThrow();
  }

  /** Takes all other hosts out of placement. */
  public void onlyActive(HostRow kept) {
    HostDao hosts = database.daos().hosts();
    for (HostRow host : hosts.active()) {
      if (!host.id().equals(kept.id())) {
        hosts.setState(host.id(), HostState.MAINTENANCE);
      }
    }
  }

  public static HostFacts facts(String name, int cpus, long memoryMiB) {
    return new HostFacts(
        UUID.randomUUID().toString(),
        name,
        cpus,
        memoryMiB,
        "model",
        "9.0.0",
        "7.2.0",
        "qemu",
        List.of(new PoolFacts("default", "/pool", 1024 * GIB, 512 * GIB, true, null, null, false)));
  }

  public NetworkRow network(String cidr) {
    NetworkRow network =
        new NetworkRow(UUID.randomUUID(), name("net"), NetworkMode.NAT, cidr, now());
    database.daos().networks().insert(network);
    return network;
  }

  public ImageRow image(ImageState state) {
    return image(state, GuestReadiness.AGENT);
  }

  public ImageRow image(ImageState state, GuestReadiness readiness) {
    boolean there = state == ImageState.AVAILABLE;
    ImageRow image =
        new ImageRow(
            UUID.randomUUID(),
            name("image"),
            state,
            ContentFormat.AUTO,
            Compression.AUTO,
            readiness,
            null,
            null,
            there ? ImageFormat.QCOW2 : null,
            there ? "0".repeat(64) : null,
            there ? "0".repeat(64) : null,
            there ? 1000L : null,
            there ? GIB : null,
            now());
    database.daos().images().insert(image);
    return image;
  }

  /** An instance of 1 vcpu, 512 MiB and 2 GiB, accepted with its CREATE_INSTANCE job. */
  public JobRow instance(ImageRow image, List<NetworkRow> networks) {
    return instance(image, networks, JobPolicy.DEFAULT);
  }

  /** As {@link #instance(ImageRow, List)}, with what the caller wants of the run. */
  public JobRow instance(ImageRow image, List<NetworkRow> networks, JobPolicy policy) {
    return instance(image, networks, policy, PROJECT, null);
  }

  /** As {@link #instance(ImageRow, List)}, of a group whose instances never share a host. */
  public JobRow instance(ImageRow image, String group) {
    return instance(image, PROJECT, group);
  }

  /** As {@link #instance(ImageRow, String)}, of this project. */
  public JobRow instance(ImageRow image, String project, String group) {
    return instance(image, List.of(), JobPolicy.DEFAULT, project, group);
  }

  private JobRow instance(
      ImageRow image,
      List<NetworkRow> networks,
      JobPolicy policy,
      String project,
      @Nullable String group) {
    JobRow job =
        job(JobKind.CREATE_INSTANCE, TargetType.INSTANCE, UUID.randomUUID(), name("vm"))
            .with(policy);
    InstanceRow instance = instanceRow(job, image, project, group);
    List<PortRow> ports = new ArrayList<>();
    for (NetworkRow network : networks) {
      int serial = SERIAL.incrementAndGet();
      String mac = "52:54:00:00:%02x:%02x".formatted(serial >> 8, serial & 0xff);
      ports.add(new PortRow(instance.id(), ports.size(), network.id(), mac, null));
    }
    return database.inTransaction(
        daos -> {
          daos.instances().insert(instance, ports);
          return daos.jobs().accept(job, job.kind().steps());
        });
  }

  /** A volume that is there, in this pool of the host, and that the instance has. */
  public VolumeRow attached(UUID instance, HostRow host, String pool, int gib) {
    return attached(UUID.randomUUID(), instance, host, pool, gib);
  }

  /** As {@link #attached(UUID, HostRow, String, int)}, of that id. */
  public VolumeRow attached(UUID id, UUID instance, HostRow host, String pool, int gib) {
    VolumeRow volume =
        new VolumeRow(
            id,
            "default",
            name("volume"),
            gib * GIB,
            null,
            null,
            null,
            host.id(),
            pool,
            now(),
            instance,
            Map.of(),
            now());
    Daos daos = database.daos();
    daos.volumes().insert(volume);
    daos.volumeReservations()
        .insert(new VolumeReservationRow(id, UUID.randomUUID(), host.id(), pool, gib * GIB, now()));
    return volume;
  }

  /** A snapshot that was taken of the instance, whose files have so many GiB. */
  public SnapshotRow snapshot(UUID instance, HostRow host, String pool, int gib) {
    SnapshotRow row =
        new SnapshotRow(
            UUID.randomUUID(),
            "default",
            name("snapshot"),
            instance,
            "web",
            host.id(),
            pool,
            Consistency.CRASH,
            false,
            2 * GIB,
            gib * GIB,
            List.of(new SnapshotDisk("root", 2 * GIB, gib * GIB)),
            now(),
            7,
            0,
            null,
            now());
    database.daos().snapshots().insert(row);
    return row;
  }

  public static InstanceRow instanceRow(JobRow job, ImageRow image) {
    return instanceRow(job, image, PROJECT, null);
  }

  private static InstanceRow instanceRow(
      JobRow job, ImageRow image, String project, @Nullable String group) {
    return new InstanceRow(
        job.targetId(),
        project,
        job.targetName(),
        new WantedInstance(null, 1, 512, List.of(2), null, 60, null, null, null),
        image.id(),
        null,
        null,
        null,
        null,
        PowerState.UNKNOWN,
        null,
        Map.of("app", "web"),
        List.of(),
        group,
        null,
        0,
        now());
  }

  /** The root disk of that instance in that point. */
  public static RecoveryPointDiskRow replica(UUID point, UUID instance, UUID host) {
    return RecoveryPointDiskRow.begun(
        point,
        instance,
        name("protected"),
        "root",
        1 << 30,
        host,
        "default",
        RecoveryPointDiskRow.Base.NONE,
        ChangeSource.FULL,
        "first",
        null);
  }

  /** Only the row, of an RPO of one minute; not written. */
  public static ProtectionGroupRow group(String name, SiteRow target, Instant nextRound) {
    return group(name, target, nextRound, Duration.ofMinutes(1));
  }

  /** Of an instance that is nowhere else in the ledger, running, in a plan that has not begun. */
  public static EvacuationMoveRow plannedMove(UUID job, HostRow from, HostRow to) {
    return new EvacuationMoveRow(
        job,
        UUID.randomUUID(),
        "web",
        0,
        0,
        true,
        from.id(),
        to.id(),
        to.name(),
        "default",
        "the only host that will do",
        1,
        512,
        GIB,
        List.of(),
        List.of(),
        MovePhase.PLANNED,
        null,
        null,
        null,
        null);
  }

  /** As {@link #group(String, SiteRow, Instant)}, for a test that may take longer than a minute. */
  public static ProtectionGroupRow group(
      String name, SiteRow target, Instant nextRound, Duration rpo) {
    return new ProtectionGroupRow(
        UUID.randomUUID(),
        "default",
        name,
        target.id(),
        rpo.toMillis(),
        new Retention(2, 0, 0, 0),
        Consistency.CRASH,
        ProtectionGroupState.ACTIVE,
        false,
        nextRound,
        0,
        0,
        null,
        0,
        now());
  }

  /** Only the row; not written. */
  public static JobRow job(JobKind kind, TargetType type, UUID target, String targetName) {
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    return JobRow.pending(
        UUID.randomUUID(), kind, type, target, targetName, nothing, "tester", now());
  }

  public JobRow accept(JobKind kind, TargetType type, UUID target, String targetName) {
    JobRow job = job(kind, type, target, targetName);
    return database.daos().jobs().accept(job, kind.steps());
  }
}
