package io.holdfast.activities.lab;

import static io.holdfast.activities.lab.SnapshotLabTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.holdfast.activities.HostServices;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.BackupDisk;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.SnapshotSpec;
import io.holdfast.workflows.model.TakenSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Snapshots with the memory of a real guest that writes all the time. */
@Tag("lab")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_LIBVIRT_URI", matches = ".+")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_GUEST_IMAGE", matches = ".+")
class MemoryLabTest {
  /** Where files cannot be cloned: the disks are copied while the guest writes elsewhere. */
  @Test
  void memoryIsOfTheMomentOfTheDisks() throws Exception {
    takeMemory("plain");
  }

  /** As in the snapshots of the engine's tests. */
  @Test
  @Tag("long")
  void soItIsWhereFilesAreCloned() throws Exception {
    takeMemory("fast");
  }

  private void takeMemory(String pool) throws Exception {
    Path image = Path.of(System.getenv("HOLDFAST_LAB_GUEST_IMAGE"));
    InstanceSpec instance = Instances.small(pool, image);
    try (HostServices host = LabHost.open("memory", null);
        ContentServer server = new ContentServer(image)) {
      try {
        LabHost.start(host, instance, server);
        host.guests().awaitGuest(instance);
        RecoveryPointId base = SnapshotLabTest.checkpoint(host, instance);
        SnapshotSpec snapshot = spec(instance);
        take(host, snapshot);
        assertRunsOnItsOwnDisks(host, instance);
        assertGoesOnByBitmap(host, instance, base);

        SnapshotSpec other = spec(instance);
        host.memories().takeMemory(other);
        host.memories().abandonMemory(other);
        host.memories().abandonMemory(other);
        assertThat(filesOf(other)).isEmpty();
        assertRunsOnItsOwnDisks(host, instance);

        wakeTwice(host, instance, snapshot);
        host.domains().stopDomain(instance.id(), 0);
        assertRefused(
            () -> host.memories().takeMemory(spec(instance)), FailureType.INSTANCE_MUST_RUN);
        host.snapshots().deleteSnapshot(snapshot.id(), pool);
        assertThat(filesOf(snapshot)).isEmpty();
      } finally {
        LabHost.clear(host, instance);
      }
      assertThat(Instances.filesOf(instance)).isEmpty();
    }
  }

  @SuppressWarnings("SystemOut") // the figures are for whoever runs it
  private static void take(HostServices host, SnapshotSpec snapshot) {
    TakenSnapshot taken = host.memories().takeMemory(snapshot);
    System.out.printf(
        "held still for %d ms, %d KiB of memory%n",
        taken.windowMillis(), taken.memoryBytes() >> 10);
    assertThat(host.memories().takeMemory(snapshot)).isEqualTo(taken);
    assertThat(taken.memoryBytes()).isPositive();
  }

  /** The second time it had run, and was lost: its disks are the snapshot's again. */
  private static void wakeTwice(HostServices host, InstanceSpec instance, SnapshotSpec from)
      throws Exception {
    host.domains().stopDomain(instance.id(), 0);
    assertThatCode(() -> host.memories().checkMemory(from)).doesNotThrowAnyException();
    host.snapshots().restoreDisks(from);
    assertThat(host.memories().wakeGuest(from).clockSet()).isTrue();
    assertThat(host.memories().wakeGuest(from).status().state()).isEqualTo(PowerState.RUNNING);
    await().atMost(Duration.ofMinutes(1)).until(() -> hasWritten(instance));
    host.domains().stopDomain(instance.id(), 0);
    Map<String, String> written = DiskHashes.ofDisks(instance);
    assertThat(written).isNotEqualTo(DiskHashes.of(from));
    Set<Object> thrownAway = files(instance);
    assertThat(host.memories().wakeGuest(from).status().state()).isEqualTo(PowerState.RUNNING);
    assertThat(files(instance)).hasSize(2).doesNotContainAnyElementsOf(thrownAway);
    host.snapshots().dropReplacedDisks(from);
    assertRunsOnItsOwnDisks(host, instance);
    ComputeSize larger = new ComputeSize(2, instance.size().memoryMiB());
    host.sizes().resizeDomain(instance.id(), larger, null);
    assertRefused(() -> host.memories().checkMemory(from), FailureType.MEMORY_UNFIT);
  }

  /**
   * Whether a write to the disk of its journal has ended since it woke: its QEMU counts from then
   * on.
   */
  private static boolean hasWritten(InstanceSpec instance) throws IOException {
    return LabHost.virsh("domblkstat", instance.id().toString(), "vda")
        .lines()
        .anyMatch(line -> line.matches("vda wr_req [1-9]\\d*\\s*"));
  }

  /** The files that the disks are, whatever is written into them. */
  private static Set<Object> files(InstanceSpec instance) throws IOException {
    Set<Object> files = new HashSet<>();
    for (Path file : Instances.filesOf(instance)) {
      if (file.toString().matches(".*/" + instance.id() + "-(root|disk1)\\.qcow2")) {
        files.add(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
      }
    }
    return files;
  }

  private static void assertRunsOnItsOwnDisks(HostServices host, InstanceSpec instance)
      throws IOException {
    String id = instance.id().toString();
    assertThat(host.domains().readDomain(instance.id()).state()).isEqualTo(PowerState.RUNNING);
    assertThat(LabHost.virsh("domblklist", id)).doesNotContain("overlay");
    assertThat(LabHost.virsh("domblklist", id, "--inactive")).doesNotContain("overlay");
    assertThat(LabHost.virsh("snapshot-list", "--name", id).strip()).isEmpty();
    assertThat(Instances.filesOf(instance)).noneMatch(file -> file.toString().contains("overlay"));
  }

  /** What was written since a point is known as before. */
  private static void assertGoesOnByBitmap(
      HostServices host, InstanceSpec instance, RecoveryPointId base) {
    BackupOrder order =
        new BackupOrder(instance.id(), new RecoveryPointId(UUID.randomUUID()), base);
    assertThat(host.backups().openBackup(order).disks())
        .extracting(BackupDisk::change)
        .containsOnly(ChangeSource.BITMAP);
    host.backups().closeBackup(new BackupOrder(instance.id(), base, null), false); // it moved on
    assertRefused(() -> host.memories().takeMemory(spec(instance)), FailureType.DISKS_BUSY);
    host.backups().closeBackup(order, false);
  }

  private static List<Path> filesOf(SnapshotSpec snapshot) throws IOException {
    try (Stream<Path> files = Files.list(DiskHashes.POOLS.resolve(snapshot.pool()))) {
      return files.filter(file -> file.toString().contains(snapshot.id().toString())).toList();
    }
  }

  private static SnapshotSpec spec(InstanceSpec instance) {
    return new SnapshotSpec(
        new SnapshotId(UUID.randomUUID()),
        instance.job(),
        instance.id(),
        instance.pool(),
        Consistency.CRASH,
        true);
  }
}
