package io.holdfast.activities.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.activities.HostServices;
import io.holdfast.activities.qemu.Commands;
import io.holdfast.activities.replication.Certificates;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.FrozenDisk;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.MigrationSide;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SealedReplica;
import io.holdfast.workflows.model.StreamCounts;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Disks of a real guest that writes all the time, frozen, sent from their files, and merged. */
@Tag("lab")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_LIBVIRT_URI", matches = ".+")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_GUEST_IMAGE", matches = ".+")
class OverlayLabTest {
  private static final Path POOLS = Path.of("/var/lib/holdfast/pools");

  @TempDir Path folder;

  @Test
  void frozenDisksAreSentAndMergedUnderTheGuest() throws Exception {
    freezeSendAndMerge("plain");
  }

  /** As in every move of the engine's tests. */
  @Test
  @Tag("long")
  void soTheyAreWhereFilesAreCloned() throws Exception {
    freezeSendAndMerge("fast");
  }

  private void freezeSendAndMerge(String pool) throws Exception {
    Path image = Path.of(System.getenv("HOLDFAST_LAB_GUEST_IMAGE"));
    InstanceSpec instance = Instances.small(pool, image);
    RecoveryPointId first = new RecoveryPointId(UUID.randomUUID());
    RecoveryPointId second = new RecoveryPointId(UUID.randomUUID());
    try (HostServices host =
            LabHost.open("overlays", new Certificates(folder).settings("host", 0));
        ContentServer server = new ContentServer(image)) {
      try {
        LabHost.start(host, instance, server);
        host.guests().awaitGuest(instance);
        assertThat(host.overlays().readOverlays(instance.id())).isZero();

        Files.writeString(overlay(instance, 1), "of a worker that was killed");
        List<FrozenDisk> frozen = host.overlays().freezeDisks(instance.id(), 1);
        assertThat(frozen).extracting(FrozenDisk::disk).containsExactly("root", "disk1");
        assertThat(frozen).extracting(FrozenDisk::bytes).containsExactly(1L << 30, 64L << 20);
        assertThat(host.overlays().freezeDisks(instance.id(), 1)).isEqualTo(frozen);
        String below = hash(disk(instance));
        SealedReplica copy = send(host, instance, first, 1, null, null);

        awaitWrites(host, instance);
        assertThat(hash(disk(instance))).isEqualTo(below);
        assertNoBackup(host, instance);
        host.overlays().freezeDisks(instance.id(), 2);
        SealedReplica next = send(host, instance, second, 2, first, copy.root());
        assertThat(next.root()).isNotEqualTo(copy.root());
        assertThat(hash(replica(instance, second))).isEqualTo(hash(overlay(instance, 1)));

        host.overlays().mergeOverlays(instance.id());
        host.overlays().mergeOverlays(instance.id());
        assertMerged(host, instance);
        assertThat(host.migrations().readSide(instance.id())).isEqualTo(MigrationSide.RUNNING);
        assertLost(() -> send(host, instance, first, 1, null, null));
        host.guests().awaitGuest(instance);
        host.domains().rebootDomain(instance.id(), 20);
        host.guests().awaitGuest(instance);
      } finally {
        for (RecoveryPointId point : List.of(first, second)) {
          host.replicas().deleteReplica(point, instance.id(), "root", pool);
        }
        LabHost.clear(host, instance);
      }
      assertThat(Instances.filesOf(instance)).isEmpty();
      assertNoLeaves(instance);
    }
  }

  @Test
  void overlaysOfAGuestThatWentOffAreMergedInTheFiles() throws Exception {
    Path image = Path.of(System.getenv("HOLDFAST_LAB_GUEST_IMAGE"));
    InstanceSpec instance = Instances.small("plain", image);
    try (HostServices host = LabHost.open("overlays", null);
        ContentServer server = new ContentServer(image)) {
      try {
        LabHost.start(host, instance, server);
        host.guests().awaitGuest(instance);
        host.overlays().freezeDisks(instance.id(), 1);
        host.overlays().freezeDisks(instance.id(), 2);
        awaitWrites(host, instance);
        assertRefused(
            () -> host.overlays().freezeDisks(instance.id(), 0),
            FailureType.INSTANCE_MUST_BE_STOPPED);
        assertRefused(
            () -> host.migrations().clearSide(instance.id(), "plain"), FailureType.MIGRATION_BUSY);
        assertRefused(
            () -> host.volumes().deleteVolumes(instance.id(), "plain"),
            FailureType.INSTANCE_MUST_BE_STOPPED);
        host.domains().stopDomain(instance.id(), 0);
        assertRefused(
            () -> host.overlays().freezeDisks(instance.id(), 3), FailureType.INSTANCE_ENDED);
        String written = hash(overlay(instance, 2));

        assertThat(host.overlays().freezeDisks(instance.id(), 0)).hasSize(2);
        assertThat(hash(disk(instance))).isEqualTo(written);
        assertMerged(host, instance);
        host.domains().startDomain(instance.id());
        host.guests().awaitGuest(instance);
      } finally {
        LabHost.clear(host, instance);
      }
      assertThat(Instances.filesOf(instance)).isEmpty();
    }
  }

  /** As a worker leaves it that dies while the overlay is written into the disk. */
  @Test
  void aMergeThatWasBegunIsTakenUp() throws Exception {
    Path image = Path.of(System.getenv("HOLDFAST_LAB_GUEST_IMAGE"));
    InstanceSpec instance = Instances.small("fast", image);
    try (HostServices host = LabHost.open("overlays", null);
        ContentServer server = new ContentServer(image)) {
      try {
        LabHost.start(host, instance, server);
        host.guests().awaitGuest(instance);
        host.overlays().freezeDisks(instance.id(), 1);
        virsh("blockcommit", instance.id().toString(), "vda", "--active");
        host.overlays().mergeOverlays(instance.id());
        assertMerged(host, instance);
        assertThat(host.domains().readDomain(instance.id()).state()).isEqualTo(PowerState.RUNNING);
      } finally {
        host.migrations().readSide(instance.id());
        host.domains().stopDomain(instance.id(), 0);
        host.migrations().clearSide(instance.id(), "fast");
        host.migrations().clearSide(instance.id(), "fast");
        assertThat(host.migrations().readSide(instance.id())).isEqualTo(MigrationSide.ABSENT);
        LabHost.clear(host, instance);
      }
      assertThat(Instances.filesOf(instance)).isEmpty();
    }
  }

  /** As libvirtd leaves it that dies when QEMU has its overlay, and before it wrote that down. */
  @Test
  void anOverlayThatLibvirtHasForgottenIsTakenBackUnderTheGuest() throws Exception {
    Path image = Path.of(System.getenv("HOLDFAST_LAB_GUEST_IMAGE"));
    InstanceSpec instance = Instances.small("plain", image);
    try (HostServices host = LabHost.open("overlays", null);
        ContentServer server = new ContentServer(image)) {
      try {
        LabHost.start(host, instance, server);
        host.guests().awaitGuest(instance);
        ForgottenOverlay.open(instance, disk(instance), overlay(instance, 1));
        assertThat(ForgottenOverlay.isOpen(instance)).isTrue();
        host.overlays().mergeOverlays(instance.id());
        assertThat(ForgottenOverlay.isOpen(instance)).isFalse();
        assertMerged(host, instance);

        ForgottenOverlay.putOn(instance, disk(instance), overlay(instance, 1));
        awaitSize(overlay(instance, 1));
        assertNoBackup(host, instance);
        assertThat(host.overlays().freezeDisks(instance.id(), 1)).hasSize(2);
        assertThat(ForgottenOverlay.isOpen(instance)).isFalse();
        assertThat(virsh("dumpxml", instance.id().toString())).contains("root.overlay1");
        host.overlays().mergeOverlays(instance.id());
        assertMerged(host, instance);

        ForgottenOverlay.putOn(instance, disk(instance), overlay(instance, 1));
        awaitSize(overlay(instance, 1));
        host.overlays().mergeOverlays(instance.id());
        assertMerged(host, instance);
        assertThat(host.migrations().readSide(instance.id())).isEqualTo(MigrationSide.RUNNING);
        host.domains().rebootDomain(instance.id(), 20);
        host.guests().awaitGuest(instance);

        ForgottenOverlay.putOn(instance, disk(instance), overlay(instance, 1));
        awaitSize(overlay(instance, 1));
        host.domains().stopDomain(instance.id(), 0);
        String written = hash(overlay(instance, 1));
        host.overlays().mergeOverlays(instance.id());
        assertThat(hash(disk(instance))).isEqualTo(written);
        assertMerged(host, instance);
      } finally {
        LabHost.clear(host, instance);
      }
      assertThat(Instances.filesOf(instance)).isEmpty();
    }
  }

  /** An empty one has its tables alone. */
  private static void awaitSize(Path overlay) {
    await().atMost(Duration.ofSeconds(60)).until(() -> Files.size(overlay) > 400_000);
  }

  /** Of the root disk alone. */
  private static SealedReplica send(
      HostServices host,
      InstanceSpec instance,
      RecoveryPointId point,
      int number,
      @Nullable RecoveryPointId base,
      @Nullable String root) {
    ReplicaSpec replica =
        new ReplicaSpec(point, instance.id(), "root", 1L << 30, instance.pool(), base, root);
    ChangeSource change = base == null ? ChangeSource.FULL : ChangeSource.HASHES;
    OpenedReplica target =
        base == null && number == 1 && isSealed(instance, point)
            ? new OpenedReplica("127.0.0.1:1", "none")
            : host.replicas().openReplica(replica);
    StreamCounts counts =
        host.overlays().sendFrozenDisk(new DiskStream(replica, change, target, null), number);
    assertThat(counts.logical()).isEqualTo(1L << 30);
    if (base != null) {
      assertThat(counts.wire()).isLessThan(40L << 20);
    }
    return host.replicas().sealReplica(replica);
  }

  private static boolean isSealed(InstanceSpec instance, RecoveryPointId point) {
    return Files.exists(replica(instance, point));
  }

  private static void assertMerged(HostServices host, InstanceSpec instance) throws IOException {
    assertThat(host.overlays().readOverlays(instance.id())).isZero();
    assertThat(Instances.filesOf(instance)).noneMatch(file -> file.toString().contains("overlay"));
    for (String which : List.of("", "--inactive")) {
      String id = instance.id().toString();
      String xml = which.isEmpty() ? virsh("dumpxml", id) : virsh("dumpxml", id, which);
      assertThat(xml).doesNotContain("overlay").contains(disk(instance).toString());
    }
  }

  /** Empty overlays have their tables alone. */
  private static void awaitWrites(HostServices host, InstanceSpec instance) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> host.overlays().readOverlays(instance.id()) > 600_000);
  }

  /** What lies below the overlays is not what the guest has. */
  private static void assertNoBackup(HostServices host, InstanceSpec instance) {
    assertRefused(
        () ->
            host.backups()
                .openBackup(
                    new BackupOrder(instance.id(), new RecoveryPointId(UUID.randomUUID()), null)),
        FailureType.DISKS_BUSY);
  }

  private static void assertLost(Runnable call) {
    assertRefused(call, FailureType.BACKUP_LOST);
  }

  private static void assertRefused(Runnable call, FailureType type) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            refused -> assertThat(refused.getType()).isEqualTo(type.name()));
  }

  private static void assertNoLeaves(InstanceSpec instance) throws IOException {
    Path state = LabHost.STATE.resolve("overlays");
    try (var files = Files.walk(state.resolve("migrations"))) {
      assertThat(files.map(Path::toString)).noneMatch(f -> f.contains(instance.id().toString()));
    }
  }

  private static Path disk(InstanceSpec instance) {
    return POOLS.resolve(instance.pool()).resolve(instance.id() + "-root.qcow2");
  }

  private static Path overlay(InstanceSpec instance, int number) {
    return POOLS
        .resolve(instance.pool())
        .resolve("%s-root.overlay%d.qcow2".formatted(instance.id(), number));
  }

  private static Path replica(InstanceSpec instance, RecoveryPointId point) {
    return POOLS
        .resolve(instance.pool())
        .resolve("replica-%s-root-%s.qcow2".formatted(instance.id(), point));
  }

  /** Of the disk inside, which the guest has open. */
  private static String hash(Path qcow2) throws IOException {
    Path raw = Files.createTempFile("overlay", ".raw");
    try {
      Commands.require(
          List.of(
              "qemu-img",
              "convert",
              "-U",
              "-f",
              "qcow2",
              "-O",
              "raw",
              qcow2.toString(),
              raw.toString()));
      return Commands.require(List.of("openssl", "dgst", "-sha256", "-r", raw.toString()))
          .substring(0, 64);
    } finally {
      Files.delete(raw);
    }
  }

  private static String virsh(String... words) throws IOException {
    List<String> command =
        new java.util.ArrayList<>(
            List.of("virsh", "-c", String.valueOf(System.getenv("HOLDFAST_LAB_LIBVIRT_URI"))));
    command.addAll(List.of(words));
    return Commands.require(command);
  }
}
