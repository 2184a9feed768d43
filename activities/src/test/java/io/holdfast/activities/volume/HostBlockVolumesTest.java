package io.holdfast.activities.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.VolumeId;
import io.holdfast.workflows.model.VolumeSpec;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostBlockVolumesTest {
  private static final VolumeId VOLUME = VolumeId.of("dddddddd-2222-4333-8444-555555555555");
  private static final long SMALL = 64L << 20;
  private static final long LARGE = 96L << 20;

  @TempDir Path pool;

  private final LibvirtConnection libvirt = TestHost.connect(new HostEvents());
  private final PoolRefresher refresher = new PoolRefresher(libvirt);
  private boolean guestGrows;
  private boolean overlaid;
  private Optional<String> holder = Optional.empty();
  private HostBlockVolumes volumes;

  @BeforeEach
  void start() {
    TestHost.addPool(libvirt, pool);
    volumes =
        new HostBlockVolumes(
            new Pools(libvirt, (any, where) -> {}), refresher, new Holders(), new KeyedLocks());
  }

  @AfterEach
  void stop() {
    refresher.close();
    libvirt.close();
  }

  @Test
  void isMadeOnceAndRemovedTwice() throws Exception {
    Files.createFile(pool.resolve("." + VOLUME + ".qcow2.abcd.part"));
    volumes.createVolume(spec(SMALL));
    Path file = VolumeNames.volume(pool, VOLUME);
    FileTime made = Files.getLastModifiedTime(file);
    volumes.createVolume(spec(SMALL));

    assertThat(Files.getLastModifiedTime(file)).isEqualTo(made);
    assertThat(volumes.readVolume(VOLUME, TestHost.POOL)).isEqualTo(SMALL);
    assertThat(files()).containsExactly(VOLUME + ".qcow2");
    volumes.deleteVolume(VOLUME, TestHost.POOL);
    volumes.deleteVolume(VOLUME, TestHost.POOL);
    assertThat(files()).isEmpty();
  }

  @Test
  void itsOwnerAloneReadsIt() throws Exception {
    volumes.createVolume(spec(SMALL));
    Path file = VolumeNames.volume(pool, VOLUME);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void survivesTwoRunsAtOnce() throws Exception {
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(() -> volumes.createVolume(spec(SMALL)));
    volumes.createVolume(spec(SMALL));
    other.join();
    assertThat(files()).containsExactly(VOLUME + ".qcow2");
  }

  @Test
  void staysWhileADomainHasIt() throws Exception {
    volumes.createVolume(spec(SMALL));
    holder = Optional.of("hf-web");
    fails(FailureType.GUEST_KEEPS_VOLUME, () -> volumes.deleteVolume(VOLUME, TestHost.POOL));
    assertThat(files()).containsExactly(VOLUME + ".qcow2");
    holder = Optional.empty();
    volumes.deleteVolume(VOLUME, TestHost.POOL);
    assertThat(files()).isEmpty();
  }

  private final class Holders implements VolumeHolders {
    @Override
    public boolean grow(InstanceId instance, VolumeId volume, long sizeBytes) {
      return guestGrows;
    }

    @Override
    public void requireNoOverlay(InstanceId instance, VolumeId volume) {
      if (overlaid) {
        throw Failures.of(FailureType.DISKS_BUSY, "It lies under overlays");
      }
    }

    @Override
    public Optional<String> holder(VolumeId volume) {
      return holder;
    }
  }

  @Test
  void growsAndNeverShrinks() {
    volumes.createVolume(spec(SMALL));
    assertThat(volumes.growVolume(spec(LARGE), null)).isEqualTo(LARGE);
    assertThat(volumes.growVolume(spec(LARGE), Examples.INSTANCE)).isEqualTo(LARGE);
    assertThat(volumes.growVolume(spec(SMALL), null)).isEqualTo(LARGE);
  }

  @Test
  void growsTheFileWhenNoGuestHasItAndLeavesItToTheGuestWhoHas() {
    volumes.createVolume(spec(SMALL));
    guestGrows = true;
    assertThat(volumes.growVolume(spec(LARGE), Examples.INSTANCE)).isEqualTo(SMALL);
    guestGrows = false;
    assertThat(volumes.growVolume(spec(LARGE), Examples.INSTANCE)).isEqualTo(LARGE);
  }

  @Test
  void doesNotGrowWhileItsGuestHasItUnderAnOverlay() {
    volumes.createVolume(spec(SMALL));
    overlaid = true;
    fails(FailureType.DISKS_BUSY, () -> volumes.growVolume(spec(LARGE), Examples.INSTANCE));
    assertThat(volumes.readVolume(VOLUME, TestHost.POOL)).isEqualTo(SMALL);
    assertThat(volumes.growVolume(spec(SMALL), Examples.INSTANCE)).isEqualTo(SMALL);
  }

  @Test
  void touchesNoFileThatItDidNotMake() throws Exception {
    Path file = VolumeNames.volume(pool, VOLUME);
    Files.writeString(file, "somebody's");
    fails(FailureType.STORAGE_FAILED, () -> volumes.createVolume(spec(SMALL)));
    assertThat(file).hasContent("somebody's");
  }

  @Test
  void saysWhatIsMissing() {
    fails(FailureType.NOT_FOUND, () -> volumes.readVolume(VOLUME, TestHost.POOL));
    fails(FailureType.NOT_FOUND, () -> volumes.growVolume(spec(LARGE), null));
    fails(FailureType.NOT_FOUND, () -> volumes.deleteVolume(VOLUME, "none"));
  }

  /** Its pool fails at the moment: a guest may have written to it. */
  @Test
  void isNotMadeAnewWhenItCannotBeLookedAt() throws Exception {
    Path file = VolumeNames.volume(pool, VOLUME);
    Files.createSymbolicLink(file, file); // whoever follows it is told ELOOP
    fails(FailureType.STORAGE_FAILED, () -> volumes.createVolume(spec(SMALL)));
    fails(FailureType.STORAGE_FAILED, () -> volumes.readVolume(VOLUME, TestHost.POOL));
    assertThat(file).isSymbolicLink();
  }

  private static VolumeSpec spec(long size) {
    return new VolumeSpec(VOLUME, Examples.JOB, TestHost.POOL, size);
  }

  private static void fails(FailureType type, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> assertThat(failure.getType()).isEqualTo(type.name()));
  }

  private List<String> files() throws Exception {
    try (Stream<Path> files = Files.list(pool)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }
}
