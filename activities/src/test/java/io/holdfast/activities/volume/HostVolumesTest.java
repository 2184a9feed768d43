package io.holdfast.activities.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.domain.RunningDomains;
import io.holdfast.activities.image.ImageFiles;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.InstanceSpec;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostVolumesTest {
  private static final InstanceSpec INSTANCE = Examples.instance();

  @TempDir Path pool;

  private final LibvirtConnection libvirt = TestHost.connect(new HostEvents());
  private final PoolRefresher refresher = new PoolRefresher(libvirt);
  private HostVolumes volumes;

  @BeforeEach
  void start() {
    TestHost.addPool(libvirt, pool);
    volumes =
        new HostVolumes(
            new Pools(libvirt, (any, where) -> {}),
            refresher,
            new StorageBackends(),
            new KeyedLocks(),
            new RunningDomains(libvirt));
  }

  @AfterEach
  void stop() {
    refresher.close();
    libvirt.close();
  }

  @Test
  void makesDisksAndSeedOnce() throws Exception {
    placeImage(32L << 20);
    volumes.createVolumes(INSTANCE);
    Path root = VolumeNames.disk(pool, Examples.INSTANCE, INSTANCE.disks().get(0));
    FileTime made = Files.getLastModifiedTime(root);

    volumes.createVolumes(INSTANCE);

    assertThat(Files.getLastModifiedTime(root)).isEqualTo(made);
    assertThat(QcowHeader.read(root).orElseThrow().virtualSize()).isEqualTo(64L << 20);
    assertThat(ours())
        .containsExactlyInAnyOrder(
            Examples.INSTANCE + "-root.qcow2",
            Examples.INSTANCE + "-disk1.qcow2",
            Examples.INSTANCE + "-seed.iso");
  }

  /** User data has passwords in it, and a guest's disk its files. */
  @Test
  void theirOwnerAloneReadsThem() throws Exception {
    placeImage(32L << 20);
    volumes.createVolumes(INSTANCE);
    for (String name : ours()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pool.resolve(name))))
          .as(name)
          .isEqualTo("rw-------");
    }
  }

  @Test
  void clearsWhatAKilledWorkerHadHalfMade() throws Exception {
    placeImage(32L << 20);
    Files.createFile(pool.resolve("." + Examples.INSTANCE + "-root.qcow2.abcd.part"));

    volumes.createVolumes(INSTANCE);

    assertThat(ours()).hasSize(3).noneMatch(name -> name.endsWith(".part"));
  }

  @Test
  void survivesTwoRunsAtOnce() throws Exception {
    placeImage(32L << 20);
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(() -> volumes.createVolumes(INSTANCE));
    volumes.createVolumes(INSTANCE);
    other.join();
    assertThat(ours()).hasSize(3);
  }

  @Test
  void removesHalfMadeOnesToo() throws Exception {
    placeImage(32L << 20);
    volumes.createVolumes(INSTANCE);
    Files.createFile(pool.resolve("." + Examples.INSTANCE + "-root.qcow2.abcd.part"));

    volumes.deleteVolumes(Examples.INSTANCE, TestHost.POOL);
    volumes.deleteVolumes(Examples.INSTANCE, TestHost.POOL);

    assertThat(ours()).isEmpty();
    assertThat(ImageFiles.whole(pool, Examples.IMAGE)).exists();
  }

  @Test
  void needsTheImage() throws Exception {
    fails(FailureType.IMAGE_NOT_ON_HOST);
    assertThat(ours()).isEmpty();
  }

  @Test
  void neverCutsAnImage() throws Exception {
    placeImage(1L << 30);
    fails(FailureType.IMAGE_TOO_LARGE);
  }

  @Test
  void touchesNoFileThatItDidNotMake() throws Exception {
    placeImage(32L << 20);
    Path root = VolumeNames.disk(pool, Examples.INSTANCE, INSTANCE.disks().get(0));
    Files.writeString(root, "somebody's");
    fails(FailureType.STORAGE_FAILED);
    assertThat(root).hasContent("somebody's");
  }

  /** Its pool fails at the moment: a guest may have written to it. */
  @Test
  void makesNoneAnewThatItCannotLookAt() throws Exception {
    placeImage(32L << 20);
    Path root = VolumeNames.disk(pool, Examples.INSTANCE, INSTANCE.disks().get(0));
    Files.createSymbolicLink(root, root); // whoever follows it is told ELOOP
    fails(FailureType.STORAGE_FAILED);
    assertThat(root).isSymbolicLink();
  }

  private void placeImage(long size) throws Exception {
    QemuImg.createEmpty(ImageFiles.whole(pool, Examples.IMAGE), size);
  }

  private void fails(FailureType type) {
    assertThatThrownBy(() -> volumes.createVolumes(INSTANCE))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> assertThat(failure.getType()).isEqualTo(type.name()));
  }

  private List<String> ours() throws Exception {
    try (Stream<Path> files = Files.list(pool)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.contains(Examples.INSTANCE.toString()))
          .toList();
    }
  }
}
