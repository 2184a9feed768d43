package io.holdfast.activities.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.TestHost;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.SharedPools;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.workflows.model.PoolFacts;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.StoragePool;

class HostDescriptionTest {
  @TempDir Path late;
  @TempDir Path off;

  private final LibvirtConnection libvirt = TestHost.connect(new HostEvents());
  private final HostDescription host =
      new HostDescription(
          libvirt,
          () -> "test",
          new StorageBackends(),
          new SharedPools(new Pools(libvirt, (any, where) -> {}), Set.of(), "alpha1"));

  @AfterEach
  void stop() {
    libvirt.close();
  }

  @Test
  void aPoolThatWasToStartWithTheHostIsStartedNow() {
    define("late", late, true);
    define("off", off, false);

    assertThat(host.read().pools())
        .extracting(PoolFacts::name)
        .contains("late")
        .doesNotContain("off");
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
