package io.holdfast.activities.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.domain.LibvirtAttachments;
import io.holdfast.activities.domain.VolumeDisks;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.still.Stills;
import io.holdfast.activities.volume.HostBlockVolumes;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.SnapshotDisk;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.SnapshotSpec;
import io.holdfast.workflows.model.VolumeId;
import io.holdfast.workflows.model.VolumeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance that is off, and that a move has left under its overlays. */
class LeftOverlaysTest {
  private static final InstanceId INSTANCE = Examples.INSTANCE;
  private static final VolumeId VOLUME = new VolumeId(UUID.randomUUID());
  private static final List<String> DISKS = List.of("root", VOLUME.disk());
  private static final long SIZE = 1 << 20;

  @TempDir Path pool;
  @TempDir Path state;

  private final HostEvents events = new HostEvents();
  private final LibvirtConnection libvirt = TestHost.connect(events);
  private final KeyedLocks locks = new KeyedLocks();
  private final PoolRefresher refresher = new PoolRefresher(libvirt);
  private Stills stills;

  @BeforeEach
  void anInstanceUnderOverlays() throws IOException {
    TestHost.addPool(libvirt, pool);
    stills = new Stills(libvirt, locks, state);
    StringBuilder devices = new StringBuilder();
    for (String disk : DISKS) {
      Path base = VolumeNames.disk(pool, INSTANCE, disk);
      QemuImg.createEmpty(base, SIZE);
      QemuImg.createOverlay(overlay(disk), base, SIZE);
      devices.append(
          """
          <disk type='file' device='disk'>
            <source file='%s'/><target dev='vd%c' bus='virtio'/><serial>%s</serial>
          </disk>
          """
              .formatted(
                  overlay(disk),
                  'a' + DISKS.indexOf(disk),
                  disk.equals("root") ? disk : VOLUME.serial()));
    }
    TestHost.define(libvirt, INSTANCE, devices.toString());
  }

  @AfterEach
  void close() {
    stills.close();
    refresher.close();
    libvirt.close();
  }

  /** What lies below them is not what the guest has. */
  @Test
  void aSnapshotIsTakenOfAllThatWasWritten() {
    HostSnapshots snapshots =
        new HostSnapshots(
            libvirt,
            events,
            new Pools(libvirt, (any, where) -> {}),
            refresher,
            new StorageBackends(),
            locks,
            stills,
            new Restores(instance -> {}));
    SnapshotSpec wanted =
        new SnapshotSpec(
            new SnapshotId(UUID.randomUUID()),
            Examples.JOB,
            INSTANCE,
            TestHost.POOL,
            Consistency.CRASH,
            false);

    assertThat(snapshots.takeSnapshot(wanted).disks())
        .extracting(SnapshotDisk::name)
        .containsExactly("root");
    assertThat(DISKS).noneMatch(disk -> Files.exists(overlay(disk)));
    assertThat(description()).doesNotContain("overlay");
  }

  @Test
  void aVolumeIsNotDetachedBeforeTheyAreMerged() {
    LibvirtAttachments attachments =
        new LibvirtAttachments(
            new VolumeDisks(libvirt, events, instance -> {}),
            new Pools(libvirt, (any, where) -> {}),
            locks);
    String before = description();

    assertThatThrownBy(() -> attachments.detachVolume(INSTANCE, VOLUME, 1))
        .matches(refused -> Failures.typeOf(refused) == FailureType.DISKS_BUSY);
    assertThat(description()).isEqualTo(before);
  }

  /** The guest would have the old size, and the ledger the new one. */
  @Test
  void norIsItGrown() {
    HostBlockVolumes volumes =
        new HostBlockVolumes(
            new Pools(libvirt, (any, where) -> {}),
            refresher,
            new VolumeDisks(libvirt, events, any -> {}),
            locks);
    VolumeSpec larger = new VolumeSpec(VOLUME, Examples.JOB, TestHost.POOL, 2 * SIZE);

    assertThatThrownBy(() -> volumes.growVolume(larger, INSTANCE))
        .matches(refused -> Failures.typeOf(refused) == FailureType.DISKS_BUSY);
    assertThat(volumes.readVolume(VOLUME, TestHost.POOL)).isEqualTo(SIZE);
  }

  private String description() {
    return new OurDomains(libvirt)
        .require("Reading it", INSTANCE, (session, domain) -> domain.getXMLDesc(0));
  }

  private Path overlay(String disk) {
    return VolumeNames.overlay(pool, INSTANCE, disk, 1);
  }
}
