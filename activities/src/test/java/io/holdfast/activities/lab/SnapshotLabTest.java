package io.holdfast.activities.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.activities.HostServices;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.BackupDisk;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.SnapshotClone;
import io.holdfast.workflows.model.SnapshotDisk;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.SnapshotSpec;
import io.holdfast.workflows.model.TakenSnapshot;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots of a real guest that writes all the time. */
@Tag("lab")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_LIBVIRT_URI", matches = ".+")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_GUEST_IMAGE", matches = ".+")
class SnapshotLabTest {
  @Test
  void aSnapshotOfARunningGuestStandsAloneAndComesBack() throws Exception {
    Path image = Path.of(System.getenv("HOLDFAST_LAB_GUEST_IMAGE"));
    InstanceSpec instance = Instances.small("fast", image);
    try (HostServices host = LabHost.open("snapshots", null);
        ContentServer server = new ContentServer(image)) {
      try {
        LabHost.start(host, instance, server);
        host.guests().awaitGuest(instance);
        RecoveryPointId base = checkpoint(host, instance);
        RecoveryPointId open = new RecoveryPointId(UUID.randomUUID());
        host.backups().openBackup(new BackupOrder(instance.id(), open, base));

        SnapshotSpec first = taken(host, instance); // beside a backup and bitmaps in use
        host.backups().closeBackup(new BackupOrder(instance.id(), open, base), true);
        SnapshotSpec second = taken(host, instance);
        SnapshotSpec third = taken(host, instance);
        Map<String, String> shown = DiskHashes.of(third);
        assertThat(DiskHashes.of(first)).isNotEqualTo(shown);

        Map<String, String> ofFirst = DiskHashes.of(first);
        host.snapshots().deleteSnapshot(second.id(), "fast");
        host.snapshots().deleteSnapshot(second.id(), "fast");
        assertThat(DiskHashes.of(first)).isEqualTo(ofFirst);
        host.snapshots().deleteSnapshot(first.id(), "fast");
        assertThat(DiskHashes.of(third)).isEqualTo(shown);

        assertRefused(
            () -> host.snapshots().restoreDisks(third), FailureType.INSTANCE_MUST_BE_STOPPED);
        host.domains().stopDomain(instance.id(), 20);
        restoreAndReturn(host, instance, third);
        restoreForGood(host, instance, third, open);
        host.snapshots().deleteSnapshot(third.id(), "fast");
      } finally {
        LabHost.clear(host, instance);
      }
      assertThat(Instances.filesOf(instance)).isEmpty();
    }
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"fast", "plain"})
  void anInstanceThatIsOffIsCopiedInAnyPool(String pool) throws Exception {
    Path image = Path.of(System.getenv("HOLDFAST_LAB_GUEST_IMAGE"));
    InstanceSpec instance = Instances.small(pool, image);
    try (HostServices host = LabHost.open("snapshots", null);
        ContentServer server = new ContentServer(image)) {
      try {
        LabHost.start(host, instance, server);
        host.guests().awaitGuest(instance);
        host.domains().stopDomain(instance.id(), 20);
        Map<String, String> before = DiskHashes.ofDisks(instance);
        SnapshotSpec snapshot = spec(instance);
        assertThat(host.snapshots().takeSnapshot(snapshot).windowMillis()).isZero();
        assertThat(DiskHashes.of(snapshot)).isEqualTo(before);

        host.domains().startDomain(instance.id());
        host.guests().awaitGuest(instance);
        host.domains().stopDomain(instance.id(), 20);
        assertThat(DiskHashes.ofDisks(instance)).isNotEqualTo(before);
        host.snapshots().restoreDisks(snapshot);
        host.snapshots().dropReplacedDisks(snapshot);
        assertThat(DiskHashes.ofDisks(instance)).isEqualTo(before);
        cloneTwice(host, instance, snapshot, before);
        host.domains().startDomain(instance.id());
        host.guests().awaitGuest(instance);
        host.snapshots().deleteSnapshot(snapshot.id(), pool);
      } finally {
        LabHost.clear(host, instance);
      }
      assertThat(Instances.filesOf(instance)).isEmpty();
    }
  }

  /** Disks of another instance, which a second call leaves as they are. */
  private static void cloneTwice(
      HostServices host, InstanceSpec source, SnapshotSpec snapshot, Map<String, String> had)
      throws Exception {
    InstanceId clone = new InstanceId(UUID.randomUUID());
    try {
      for (DiskSpec disk : source.disks()) {
        SnapshotClone wanted =
            new SnapshotClone(snapshot, clone, source.job(), source.pool(), disk);
        assertThat(host.snapshots().cloneDisk(wanted)).isEqualTo(disk.sizeBytes());
        assertThat(host.snapshots().cloneDisk(wanted)).isEqualTo(disk.sizeBytes());
      }
      assertThat(DiskHashes.ofDisks(source.pool(), clone)).isEqualTo(had);
      assertRefused(
          () ->
              host.snapshots()
                  .cloneDisk(
                      new SnapshotClone(
                          spec(source), clone, source.job(), source.pool(), other(source))),
          FailureType.NOT_FOUND);
    } finally {
      host.volumes().deleteVolumes(clone, source.pool());
    }
  }

  private static DiskSpec other(InstanceSpec source) {
    DiskSpec first = source.disks().get(0);
    return new DiskSpec("other", first.device(), first.sizeBytes());
  }

  @Test
  void whereFilesCannotBeClonedARunningGuestIsNotHeldUp() throws Exception {
    Path image = Path.of(System.getenv("HOLDFAST_LAB_GUEST_IMAGE"));
    InstanceSpec instance = Instances.small("plain", image);
    try (HostServices host = LabHost.open("snapshots", null);
        ContentServer server = new ContentServer(image)) {
      try {
        LabHost.start(host, instance, server);
        SnapshotSpec snapshot = spec(instance);
        assertRefused(
            () -> host.snapshots().takeSnapshot(snapshot), FailureType.SNAPSHOT_UNSUPPORTED);
        assertThat(host.domains().readDomain(instance.id()).state()).isEqualTo(PowerState.RUNNING);
      } finally {
        LabHost.clear(host, instance);
      }
      assertThat(Instances.filesOf(instance)).isEmpty();
    }
  }

  @Test
  void aGuestIsFrozenByItsAgentOrTheSnapshotIsRefused() throws Exception {
    Path image = Path.of(System.getenv("HOLDFAST_LAB_GUEST_IMAGE"));
    InstanceSpec instance = Instances.small("fast", image);
    try (HostServices host = LabHost.open("snapshots", null);
        ContentServer server = new ContentServer(image)) {
      try {
        LabHost.start(host, instance, server);
        SnapshotSpec snapshot = spec(instance, Consistency.APPLICATION);
        assertRefused(
            () -> host.snapshots().takeSnapshot(snapshot), // its agent is not up yet
            FailureType.SNAPSHOT_UNSUPPORTED);
        host.guests().awaitGuest(instance);
        assertThat(host.snapshots().takeSnapshot(snapshot).windowMillis()).isPositive();
        assertThat(host.domains().readDomain(instance.id()).state()).isEqualTo(PowerState.RUNNING);
        assertThat(agent(instance, "guest-fsfreeze-status")).contains("thawed");
        host.snapshots().deleteSnapshot(snapshot.id(), "fast");
      } finally {
        LabHost.clear(host, instance);
      }
      assertThat(Instances.filesOf(instance)).isEmpty();
    }
  }

  /** As a worker leaves it that dies between suspend and resume. */
  @ParameterizedTest
  @EnumSource(Consistency.class)
  void aGuestThatWasLeftStandingStillGoesOnWithTheNextWorker(Consistency how) throws Exception {
    Path image = Path.of(System.getenv("HOLDFAST_LAB_GUEST_IMAGE"));
    InstanceSpec instance = Instances.small("fast", image);
    Path notes = LabHost.STATE.resolve("snapshots").resolve("stills");
    try (ContentServer server = new ContentServer(image)) {
      try (HostServices host = LabHost.open("snapshots", null)) {
        LabHost.start(host, instance, server);
        host.guests().awaitGuest(instance);
      }
      Files.writeString(notes.resolve(instance.id().toString()), how.name());
      if (how == Consistency.APPLICATION) {
        agent(instance, "guest-fsfreeze-freeze");
      }
      LabHost.virsh("suspend", instance.id().toString());
      try (HostServices host = LabHost.open("snapshots", null)) {
        try {
          await()
              .until(() -> host.domains().readDomain(instance.id()).state() == PowerState.RUNNING);
          await().until(() -> Files.notExists(notes.resolve(instance.id().toString())));
          assertThat(agent(instance, "guest-fsfreeze-status")).contains("thawed");
        } finally {
          LabHost.clear(host, instance);
        }
      }
    }
  }

  /** What was replaced comes back as it was, whatever of the restore is repeated. */
  private static void restoreAndReturn(HostServices host, InstanceSpec instance, SnapshotSpec from)
      throws Exception {
    Map<String, String> before = DiskHashes.ofDisks(instance);
    host.snapshots().returnDisks(from);
    host.snapshots().restoreDisks(from);
    host.snapshots().restoreDisks(from);
    assertThat(DiskHashes.ofDisks(instance)).isEqualTo(DiskHashes.of(from)).isNotEqualTo(before);
    host.snapshots().returnDisks(from);
    host.snapshots().returnDisks(from);
    assertThat(DiskHashes.ofDisks(instance)).isEqualTo(before);
  }

  private static void restoreForGood(
      HostServices host, InstanceSpec instance, SnapshotSpec from, RecoveryPointId base)
      throws Exception {
    host.snapshots().restoreDisks(from);
    host.snapshots().dropReplacedDisks(from);
    host.snapshots().dropReplacedDisks(from);
    host.snapshots().returnDisks(from);
    assertThat(DiskHashes.ofDisks(instance)).isEqualTo(DiskHashes.of(from));
    assertComparesByHash(host, instance, base);
    host.domains().startDomain(instance.id());
    host.guests().awaitGuest(instance);
    assertComparesByHash(host, instance, base);
  }

  /** A bitmap of the disks that were there says nothing of these. */
  private static void assertComparesByHash(
      HostServices host, InstanceSpec instance, RecoveryPointId base) {
    BackupOrder order =
        new BackupOrder(instance.id(), new RecoveryPointId(UUID.randomUUID()), base);
    assertThat(host.backups().openBackup(order).disks())
        .extracting(BackupDisk::change)
        .containsOnly(ChangeSource.HASHES);
    host.backups().closeBackup(order, false);
  }

  static RecoveryPointId checkpoint(HostServices host, InstanceSpec instance) {
    RecoveryPointId point = new RecoveryPointId(UUID.randomUUID());
    BackupOrder order = new BackupOrder(instance.id(), point, null);
    host.backups().openBackup(order);
    host.backups().closeBackup(order, true);
    return point;
  }

  @SuppressWarnings("SystemOut") // the figures are for whoever runs it
  private static SnapshotSpec taken(HostServices host, InstanceSpec instance) throws IOException {
    SnapshotSpec snapshot = spec(instance);
    TakenSnapshot taken = host.snapshots().takeSnapshot(snapshot);
    System.out.printf("held still for %d ms%n", taken.windowMillis());
    assertThat(host.snapshots().takeSnapshot(snapshot)).isEqualTo(taken);
    assertThat(host.domains().readDomain(instance.id()).state()).isEqualTo(PowerState.RUNNING);
    assertThat(taken.disks()).extracting(SnapshotDisk::name).containsExactly("root", "disk1");
    assertThat(taken.windowMillis()).isBetween(1L, 5_000L);
    for (SnapshotDisk disk : taken.disks()) {
      assertThat(
              QemuImg.info(DiskHashes.file(snapshot, disk.name()))
                  .at("/format-specific/data")
                  .has("bitmaps"))
          .isFalse();
      assertThat(disk.allocatedBytes()).isPositive();
    }
    return snapshot;
  }

  private static String agent(InstanceSpec instance, String command) throws IOException {
    return LabHost.virsh(
        "qemu-agent-command", instance.id().toString(), "{\"execute\":\"" + command + "\"}");
  }

  private static SnapshotSpec spec(InstanceSpec instance) {
    return spec(instance, Consistency.CRASH);
  }

  private static SnapshotSpec spec(InstanceSpec instance, Consistency consistency) {
    return new SnapshotSpec(
        new SnapshotId(UUID.randomUUID()),
        instance.job(),
        instance.id(),
        instance.pool(),
        consistency,
        false);
  }

  static void assertRefused(Runnable call, FailureType type) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            refused -> assertThat(refused.getType()).isEqualTo(type.name()));
  }
}
