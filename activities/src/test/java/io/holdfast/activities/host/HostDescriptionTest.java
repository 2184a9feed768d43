package io.holdfast.activities.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.TestHost;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.pool.PoolRooms;
import io.holdfast.activities.pool.PoolStorage;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.SharedPools;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.workflows.model.PoolFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.StoragePool;

class HostDescriptionTest {
  @TempDir Path late;
  @TempDir Path off;
  @TempDir Path notes;

  private final LibvirtConnection libvirt = TestHost.connect(new HostEvents());
  private PoolStorage storage = new PoolStorage(Path.of(""));

  @BeforeEach
  void start() {
    storage = new PoolStorage(notes);
  }

  @AfterEach
  void stop() {
    libvirt.close();
  }

  @Test
  void aPoolThatWasToStartWithTheHostIsStartedNow() {
    define("late", late, true);
    define("off", off, false);

    assertThat(host().read().pools())
        .extracting(PoolFacts::name)
        .contains("late")
        .doesNotContain("off");
  }

  /** What libvirt says of it is the room of the file system below its mount. */
  @Test
  void aPoolWhoseMountIsAwayHasNoRoom() throws IOException {
    define("late", late, true);
    assertThat(host().read().pools()).filteredOn(pool -> pool.name().equals("late")).hasSize(1);
    storage.require("late", late); // its first use
    Files.delete(late.resolve(".holdfast-pool")); // as below a mount that is away

    assertThat(host().read().pools())
        .filteredOn(pool -> pool.name().equals("late"))
        .containsExactly(new PoolFacts("late", late.toString(), 0, 0, false, null, null, true));
    assertThat(late).isEmptyDirectory();
  }

  @Test
  void poolsOnOneFileSystemSaySo() {
    define("late", late, true);
    define("off", off, true);
    assertThat(host().read().pools())
        .filteredOn(pool -> Set.of("late", "off").contains(pool.name()))
        .extracting(PoolFacts::fileSystem)
        .doesNotContainNull()
        .hasSize(2)
        .satisfies(both -> assertThat(Set.copyOf(both)).hasSize(1));
  }

  private HostDescription host() {
    return new HostDescription(
        libvirt,
        () -> "test",
        new StorageBackends(),
        new SharedPools(new Pools(libvirt, (any, where) -> {}), Set.of(), "alpha1"),
        new PoolRooms(storage));
  }

  private void define(String name, Path folder, boolean autostart) {
    String xml =
        "<pool type='dir'><name>%s</name><target><path>%s</path></target></pool>"
            .formatted(name, folder);
    libvirt.call(
        "Defining a pool",
        session -> {
          StoragePool pool = session.connect().storagePoolDefineXML(xml, 0);
          pool.setAutostart(autostart ? 1 : 0);
          return pool.free();
        });
  }
}
