package io.holdfast.activities.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.holdfast.activities.TestHost;
import io.holdfast.activities.domain.LibvirtAttachments;
import io.holdfast.activities.domain.VolumeDisks;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.ownership.Books;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.replication.backup.HostBackups;
import io.holdfast.activities.replication.backup.StoppedViews;
import io.holdfast.activities.still.Stills;
import io.holdfast.activities.volume.HostBlockVolumes;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.BackupDisk;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.VolumeId;
import io.holdfast.workflows.model.VolumeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds of an instance that is off and has a volume, which may be taken from it meanwhile. */
class VolumeViewTest {
  private static final long SIZE = 8L << 20;
  private static final VolumeId VOLUME = new VolumeId(UUID.randomUUID());

  @TempDir Path folder;
  private final HostEvents events = new HostEvents();
  private final LibvirtConnection libvirt = TestHost.connect(events);
  private final PoolRefresher refresher = new PoolRefresher(libvirt);
  private final KeyedLocks locks = new KeyedLocks();
  private TwoHosts hosts;
  private Stills stills;
  private HostBackups backups;
  private VolumeDisks disks;
  private Pools pools;

  @BeforeEach
  void open() throws IOException {
    hosts = new TwoHosts(folder, 0);
    hosts.create(SIZE);
    hosts.write(0, new byte[] {1, 2, 3});
    Path file = VolumeNames.volume(hosts.pool, VOLUME);
    QemuImg.createEmpty(file, 2 * SIZE);
    Path state = folder.resolve("backups");
    StoppedViews stopped = new StoppedViews(state);
    OwnershipBook owned = Books.in(folder);
    TestHost.addPool(libvirt, hosts.pool);
    pools = new Pools(libvirt, (any, where) -> {});
    disks = new VolumeDisks(libvirt, events, instance -> stopped.end(instance, "it was taken"));
    stills = new Stills(libvirt, locks, folder.resolve("stills"));
    backups =
        new HostBackups(libvirt, locks, owned, stills, state, stopped, hosts.clients, hosts.sender);
    TestHost.define(
        libvirt, hosts.instance, disk(hosts.disk, "vda", "") + disk(file, "vdab", VOLUME.serial()));
    owned.grant(hosts.instance);
  }

  @AfterEach
  void close() throws IOException {
    stills.close();
    refresher.close();
    libvirt.close();
    hosts.close();
  }

  @Test
  void aVolumeIsOneMoreDiskOfItsInstance() throws IOException {
    BackupOrder first = order(null);
    assertThat(backups.openBackup(first).disks())
        .extracting(BackupDisk::name, BackupDisk::bytes)
        .containsExactly(tuple("root", SIZE), tuple(VOLUME.disk(), 2 * SIZE));
    ReplicaSpec replica = send(first);
    backups.closeBackup(first, true);

    assertThat(hosts.rootOf(hosts.sealed(replica)))
        .isEqualTo(hosts.rootOf(VolumeNames.volume(hosts.pool, VOLUME)));
    assertThat(backups.openBackup(order(first.point())).disks())
        .extracting(BackupDisk::change)
        .containsExactly(ChangeSource.BITMAP, ChangeSource.BITMAP);
  }

  /** Whoever has it next writes to it. */
  @Test
  void aVolumeThatIsTakenEndsTheView() {
    BackupOrder order = order(null);
    backups.openBackup(order);
    // libvirt's test driver takes no disk away
    assertThatThrownBy(this::detach)
        .matches(refused -> Failures.typeOf(refused) == FailureType.LIBVIRT_REFUSED);
    assertThatThrownBy(() -> send(order))
        .matches(lost -> Failures.typeOf(lost) == FailureType.BACKUP_LOST)
        .hasMessageContaining("it was taken");
  }

  @Test
  void aVolumeThatGrowsEndsTheView() {
    BackupOrder order = order(null);
    backups.openBackup(order);
    VolumeSpec larger =
        new VolumeSpec(VOLUME, new JobId(UUID.randomUUID()), TestHost.POOL, 4 * SIZE);
    assertThat(
            new HostBlockVolumes(pools, refresher, disks, locks).growVolume(larger, hosts.instance))
        .isEqualTo(4 * SIZE);
    assertThatThrownBy(() -> send(order))
        .matches(lost -> Failures.typeOf(lost) == FailureType.BACKUP_LOST);
  }

  private void detach() {
    new LibvirtAttachments(disks, pools, locks).detachVolume(hosts.instance, VOLUME, 1);
  }

  private BackupOrder order(@Nullable RecoveryPointId base) {
    return new BackupOrder(hosts.instance, new RecoveryPointId(UUID.randomUUID()), base);
  }

  /** The volume, as it is in this view. */
  private ReplicaSpec send(BackupOrder order) {
    ReplicaSpec replica =
        new ReplicaSpec(
            order.point(), hosts.instance, VOLUME.disk(), 2 * SIZE, TestHost.POOL, null, null);
    backups.sendDisk(
        new DiskStream(replica, ChangeSource.FULL, hosts.replicas.openReplica(replica), null));
    hosts.replicas.sealReplica(replica);
    return replica;
  }

  private static String disk(Path file, String device, String serial) {
    return """
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
      <source file='%s'/><target dev='%s' bus='virtio'/>%s</disk>
    """
        .formatted(file, device, serial.isEmpty() ? "" : "<serial>" + serial + "</serial>");
  }
}
