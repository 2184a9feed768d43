package io.holdfast.activities.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.SharedPools;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.SharedDisks;
import io.holdfast.workflows.model.SharedFolder;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hosts, each with a folder on one storage. */
class DiskNamesTest {
  private static final long SIZE = 4L << 20;
  private static final String IMAGE = "holdfast-image-x.qcow2";

  @TempDir Path storage;
  private Host one;
  private Host other;

  @BeforeEach
  void twoHosts() throws IOException {
    one = new Host("kvm1", storage);
    other = new Host("kvm2", storage);
    Path image = one.folder.resolve(IMAGE);
    QemuImg.createEmpty(image, SIZE);
    QemuImg.createOverlay(one.disk("root"), image.getFileName(), SIZE);
    QemuImg.createEmpty(one.disk("disk1"), SIZE);
  }

  @AfterEach
  void close() {
    one.libvirt.close();
    other.libvirt.close();
  }

  @Test
  void hostsThatSeeOneStorageReadOneId() throws IOException {
    assertThat(other.own.storage()).isEqualTo(one.own.storage());
    assertThat(one.own.folder()).isEqualTo("kvm1");
    assertThat(one.shared.discover(TestHost.POOL, one.folder)).contains(one.own);
    assertThat(one.shared.at(one.folder)).contains(one.own);
    assertThat(other.shared.at(one.folder)).isEmpty();
  }

  @Test
  void aPoolThatIsNotCalledSharedIsNotMarked(@TempDir Path folder) {
    assertThat(one.shared.discover("plain", folder)).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderIsOneHostsAlone() {
    assertThatThrownBy(() -> other.shared.discover(TestHost.POOL, one.folder))
        .hasMessageContaining("is that of host kvm1");
  }

  @Test
  void aDiskIsTheOtherHostsWhenItsFirstNameIsGone() throws IOException {
    assertThat(other.names.require(with(one, "root", "disk1"))).isEqualTo(other.own);
    for (int times = 0; times < 2; times++) {
      other.names.link(with(one, "root", "disk1"));
      one.names.requireLinked(with(other, "root", "disk1"));
    }
    for (Path file : List.of(one.disk("root"), one.disk("disk1"), one.folder.resolve(IMAGE))) {
      Files.delete(file);
    }
    assertThat(QemuImg.check("qcow2", other.disk("root"))).isEmpty();
    QemuImg.convert("qcow2", other.disk("root"), other.folder.resolve("whole.qcow2"));
    assertThat(other.disk("disk1")).exists();
  }

  @Test
  void aNameThatWasLeftBehindIsReplaced() throws IOException {
    QemuImg.createEmpty(other.disk("disk1"), SIZE);
    assertThatThrownBy(() -> one.names.requireLinked(with(other, "disk1")))
        .satisfies(failure -> assertThat(causes(failure)).contains("disk disk1: "));
    other.names.link(with(one, "disk1"));
    one.names.requireLinked(with(other, "disk1"));
    assertThat(other.folder.toFile().list()).doesNotContain(".part");
  }

  @Test
  void whatTheTargetDoesNotSeeIsSaid(@TempDir Path elsewhere) throws IOException {
    assertThatThrownBy(() -> other.names.require(with(one, "disk7")))
        .satisfies(failure -> assertThat(causes(failure)).contains("does not see"));
    Host stranger = new Host("kvm3", elsewhere);
    try {
      assertThatThrownBy(() -> stranger.names.require(with(one, "root")))
          .satisfies(failure -> assertThat(causes(failure)).contains("pool: ", one.own.storage()));
    } finally {
      stranger.libvirt.close();
    }
    SharedFolder itself = new SharedFolder(one.own.storage(), "kvm2");
    SharedDisks ofItself =
        new SharedDisks(Examples.INSTANCE, TestHost.POOL, itself, List.of("root"));
    assertThatThrownBy(() -> other.names.require(ofItself))
        .satisfies(failure -> assertThat(causes(failure)).contains("another host"));
  }

  /** A copy of the storage has its id: only the source can tell that its files are others. */
  @Test
  void aCopyOfTheStorageIsNotTheStorage(@TempDir Path copy) throws IOException {
    Files.createDirectories(copy.resolve("kvm1"));
    for (String file : List.of(".holdfast-storage", "kvm1/.holdfast-host")) {
      Files.copy(storage.resolve(file), copy.resolve(file));
    }
    for (String disk : List.of("root", "disk1")) {
      Path name = VolumeNames.disk(Path.of("kvm1"), Examples.INSTANCE, disk);
      Files.copy(one.disk(disk), copy.resolve(name));
    }
    Files.copy(one.folder.resolve(IMAGE), copy.resolve("kvm1").resolve(IMAGE));
    other.libvirt.close();
    other = new Host("kvm2", copy);
    other.names.link(with(one, "root", "disk1"));
    assertThatThrownBy(() -> one.names.requireLinked(with(other, "root", "disk1")))
        .satisfies(failure -> assertThat(causes(failure)).contains("is not the file"));
  }

  @Test
  void disksOfADomainLieInOneSharedFolderOrAreCopied(@TempDir Path plain) throws IOException {
    assertThat(one.names.of(domain(one.disk("root"), one.disk("disk1")), Examples.INSTANCE))
        .contains(one.own);
    Path elsewhere = VolumeNames.disk(plain, Examples.INSTANCE, "disk1");
    assertThat(one.names.of(domain(one.disk("root"), elsewhere), Examples.INSTANCE)).isEmpty();
    Path overlay = VolumeNames.overlay(one.folder, Examples.INSTANCE, "disk1", 1);
    assertThat(one.names.of(domain(one.disk("root"), overlay), Examples.INSTANCE)).isEmpty();
  }

  private static String domain(Path... disks) {
    StringBuilder xml = new StringBuilder("<domain><devices>");
    for (Path disk : disks) {
      xml.append("<disk><source file='%s'/><target dev='vd'/></disk>".formatted(disk));
    }
    return xml.append("</devices></domain>").toString();
  }

  private static SharedDisks with(Host host, String... disks) {
    return new SharedDisks(Examples.INSTANCE, TestHost.POOL, host.own, List.of(disks));
  }

  private static String causes(Throwable failure) {
    return String.join(" ", Failures.describe((ApplicationFailure) failure).causes());
  }

  private static final class Host {
    final LibvirtConnection libvirt = TestHost.connect(new HostEvents());
    final Path folder;
    final SharedPools shared;
    final DiskNames names;
    final SharedFolder own;

    Host(String name, Path storage) throws IOException {
      folder = Files.createDirectories(storage.resolve(name));
      TestHost.addPool(libvirt, folder);
      Pools pools = new Pools(libvirt, (any, where) -> {});
      shared = new SharedPools(pools, Set.of(TestHost.POOL), name);
      names = new DiskNames(pools, shared);
      own = shared.discover(TestHost.POOL, folder).orElseThrow();
    }

    Path disk(String name) {
      return VolumeNames.disk(folder, Examples.INSTANCE, name);
    }
  }
}
