package io.holdfast.activities.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.activities.TestHost;
import io.holdfast.activities.domain.DomainPower;
import io.holdfast.activities.domain.LibvirtDomainActivities;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.ownership.Books;
import io.holdfast.activities.ownership.Owned;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.replication.backup.HostBackups;
import io.holdfast.activities.replication.backup.RoundNotes;
import io.holdfast.activities.replication.backup.StoppedViews;
import io.holdfast.activities.still.Stills;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.BackupDisk;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.StreamCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.Domain;

/** Rounds of an instance that is off, and may be started while they last. */
class StoppedViewTest {
  private static final int MIB = 1 << 20;
  private static final long SIZE = 128L * MIB;

  @TempDir Path folder;
  private final HostEvents events = new HostEvents();
  private final LibvirtConnection libvirt = TestHost.connect(events);
  private final KeyedLocks locks = new KeyedLocks();
  private TwoHosts hosts;
  private Stills stills;
  private HostBackups backups;
  private OwnershipBook owned;
  private LibvirtDomainActivities domains;
  private BackupOrder order;
  private DiskStream stream;

  @BeforeEach
  void open() throws IOException {
    hosts = new TwoHosts(folder, 40L * MIB);
    hosts.create(SIZE);
    hosts.write(0, bytes(100 * MIB));
    Path state = folder.resolve("backups");
    StoppedViews stopped = new StoppedViews(state);
    owned = Books.in(folder);
    domains =
        new LibvirtDomainActivities(
            libvirt,
            new DomainPower(libvirt, events, owned, stopped::end),
            owned,
            new Pools(libvirt, (any, where) -> {}),
            () -> "test",
            locks,
            new RoundNotes(state)::forget);
    stills = new Stills(libvirt, locks, folder.resolve("stills"));
    backups =
        new HostBackups(libvirt, locks, owned, stills, state, stopped, hosts.clients, hosts.sender);
    TestHost.define(libvirt, hosts.instance, disk(hosts.disk));
    owned.grant(hosts.instance);

    ReplicaSpec replica = hosts.replica(SIZE, null, null);
    order = new BackupOrder(hosts.instance, replica.point(), null);
    BackupDisk disk = backups.openBackup(order).disks().get(0);
    OpenedReplica target = hosts.replicas.openReplica(replica);
    stream = new DiskStream(replica, disk.change(), target, null);
  }

  @AfterEach
  void close() throws IOException {
    stills.close();
    libvirt.close();
    hosts.close();
  }

  @Test
  void whatNobodyWroteToGoesOnWhereItWasCut() throws IOException {
    cut();
    long before = hosts.sent();

    backups.sendDisk(stream);

    assertThat(hosts.sent() - before).isLessThan(90L * MIB);
    assertThat(hosts.replicas.sealReplica(stream.replica()).root())
        .isEqualTo(hosts.rootOf(hosts.disk));
    backups.closeBackup(order, true);
  }

  /** Half of it would be of one moment, and half of another. */
  @Test
  void aGuestThatRanWhileNothingWasReadHasEndedIt() throws IOException {
    cut();
    TestHost.act(libvirt, hosts.instance, Domain::create);
    hosts.write(0, bytes(MIB));
    domains.stopDomain(hosts.instance, 0);

    assertLost(() -> backups.sendDisk(stream));
    assertThat(backups.openBackup(order).disks()).hasSize(1); // another moment
    backups.sendDisk(stream);
    assertThat(hosts.replicas.sealReplica(stream.replica()).root())
        .isEqualTo(hosts.rootOf(hosts.disk));
  }

  /**
   * Whoever asks twice, since the first answer was lost, is shown what it would have been shown.
   */
  @Test
  void aViewThatIsFoundOpenTellsHowOldItIs() {
    await().until(() -> backups.openBackup(order).momentMillis() < -20);
    backups.closeBackup(order, false);
    assertThat(backups.openBackup(order).momentMillis()).isNotNegative();
    backups.closeBackup(order, false);
  }

  /** When they were written to last tells whether the guest ran beside its successor. */
  @Test
  void theDisksOfWhatWasTakenOverAreNotWrittenTo() throws IOException {
    owned.put(hosts.instance, new Owned(false, 2));
    FileTime before = Files.getLastModifiedTime(hosts.disk);
    backups.closeBackup(order, false);
    assertThatThrownBy(() -> backups.holdGuest(order, Consistency.CRASH))
        .matches(taken -> Failures.typeOf(taken) == FailureType.NOT_FOUND);
    assertThatThrownBy(() -> backups.openBackup(order))
        .matches(taken -> Failures.typeOf(taken) == FailureType.NOT_FOUND);
    assertThat(Files.getLastModifiedTime(hosts.disk)).isEqualTo(before);

    owned.put(hosts.instance, new Owned(true, 3));
    assertThat(backups.openBackup(order).disks()).hasSize(1);
    backups.closeBackup(order, false);
    assertThat(Files.getLastModifiedTime(hosts.disk)).isGreaterThan(before);
  }

  @Test
  void aGuestStartsWhileItsDiskIsRead() throws IOException {
    CompletableFuture<StreamCounts> sending =
        CompletableFuture.supplyAsync(() -> backups.sendDisk(stream));
    await().until(() -> hosts.marked(stream.replica()) > 0);

    assertThat(domains.startDomain(hosts.instance).state()).isEqualTo(PowerState.RUNNING);
    hosts.write(0, bytes(MIB)); // as it does

    assertLost(sending::join);
    domains.stopDomain(hosts.instance, 0);
    assertLost(() -> backups.sendDisk(stream));
    backups.closeBackup(order, false);
  }

  /** The instance went to another group, whose round reads it; the old one ends its own alone. */
  @Test
  void anotherGroupsRoundGoesOn() throws IOException {
    RecoveryPointId old = new RecoveryPointId(UUID.randomUUID());
    BackupOrder departed = new BackupOrder(hosts.instance, old, null);
    cut();

    backups.closeBackup(departed, false);
    backups.sendDisk(stream);
    backups.closeBackup(departed, true);
    backups.closeBackup(departed, false);

    assertThat(left()).isNotEmpty();
    backups.sendDisk(stream);
    backups.closeBackup(order, true);
  }

  /** They are as large as what they are of, and lie on the host's own disk. */
  @Test
  void leavesOfWhatWasSentGoWithTheRoundThatWasUndone() throws IOException {
    backups.sendDisk(stream);
    hosts.replicas.sealReplica(stream.replica());
    backups.closeBackup(order, true);
    List<Path> base = left();
    assertThat(base).hasSize(1);

    BackupOrder next =
        new BackupOrder(hosts.instance, new RecoveryPointId(UUID.randomUUID()), order.point());
    ReplicaSpec replica = stream.replica();
    backups.openBackup(next);
    backups.sendDisk(stream(next, replica));
    backups.closeBackup(next, false);
    assertThat(left()).isEqualTo(base);

    backups.closeBackup(order, false); // it left its group
    assertThat(left()).isEmpty();
  }

  @Test
  void whatRoundsNotedOfAnInstanceGoesWithIt() throws IOException {
    backups.sendDisk(stream);
    assertThat(left()).isNotEmpty();

    domains.undefineDomain(hosts.instance);

    assertThat(left()).isEmpty();
    assertLost(() -> backups.sendDisk(stream));
  }

  private List<Path> left() throws IOException {
    return PoolFiles.startingWith(folder.resolve("backups"), hosts.instance + "-");
  }

  private DiskStream stream(BackupOrder next, ReplicaSpec base) throws IOException {
    ReplicaSpec replica =
        new ReplicaSpec(
            next.point(),
            next.instance(),
            base.disk(),
            SIZE,
            base.pool(),
            base.point(),
            hosts.rootOf(hosts.disk));
    return new DiskStream(replica, ChangeSource.BITMAP, hosts.replicas.openReplica(replica), null);
  }

  /** What is below a move's overlays is not what the guest has. */
  @Test
  void aRoundWaitsForAMove() {
    InstanceId moving = new InstanceId(UUID.randomUUID());
    TestHost.define(libvirt, moving, disk(VolumeNames.overlay(folder, moving, "root", 1)));
    BackupOrder round = new BackupOrder(moving, order.point(), null);

    assertThatThrownBy(() -> backups.holdGuest(round, Consistency.CRASH))
        .matches(busy -> Failures.typeOf(busy) == FailureType.DISKS_BUSY);
    assertThatThrownBy(() -> backups.openBackup(round))
        .matches(busy -> Failures.typeOf(busy) == FailureType.DISKS_BUSY);
  }

  private static String disk(Path file) {
    return """
        <disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
          <source file='%s'/><target dev='vda'/></disk>
        """
        .formatted(file);
  }

  private void cut() {
    hosts.cutAfter(60L * MIB);
    assertThatThrownBy(() -> backups.sendDisk(stream))
        .matches(broken -> Failures.typeOf(broken) == FailureType.STREAM_BROKEN);
    assertThat(hosts.marked(stream.replica())).isGreaterThan(0);
  }

  private static void assertLost(Runnable work) {
    assertThatThrownBy(work::run)
        .satisfies(
            failure -> {
              Throwable cause = failure.getCause();
              boolean wrapped = failure instanceof CompletionException;
              assertThat(Failures.typeOf(wrapped && cause != null ? cause : failure))
                  .isEqualTo(FailureType.BACKUP_LOST);
            });
  }

  private static byte[] bytes(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }
}
