package io.holdfast.activities.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.activities.pool.StorageBackend.Capability;
import io.holdfast.activities.qemu.QemuImg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Clones that are made before anybody wants them, where a clone takes no room. */
@Tag("lab")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_LIBVIRT_URI", matches = ".+")
class SpareCloneLabTest extends SmallPool {
  @Override
  List<String> mkfs() {
    return List.of("mkfs.xfs", "-q", "-m", "reflink=1");
  }

  @Override
  Set<Capability> capabilities() {
    return Set.of(Capability.CLONE);
  }

  @Test
  void theNextReplicaBeginsAsTheSpareOfItsBase() throws IOException {
    Point base = newest();
    Object spare = file(spare(base));
    hosts.write(6L * MIB, bytes(MIB));

    Point next = sync(base, null);

    assertThat(file(hosts.sealed(next.replica()))).isEqualTo(spare);
    assertThat(spare(base)).doesNotExist();
    assertWhole(next);
    assertWhole(base);
  }

  @Test
  void aSpareGoesWithItsReplica() throws IOException {
    Point base = newest();

    delete(base);

    assertThat(names()).noneMatch(name -> name.contains(TwoHosts.name(base.replica())));
  }

  @Test
  void aDiskThatGrewGetsACloneOfItsOwn() throws IOException {
    Point base = newest();
    QemuImg.grow(hosts.disk, 2 * SIZE);

    var larger = hosts.replica(2 * SIZE, base.replica().point(), base.sealed().root());
    Point next = sync(larger, hosts.replicas.openReplica(larger), null);

    assertThat(spare(base)).exists();
    assertWhole(next);
  }

  /** Its spare is there. */
  private Point newest() throws IOException {
    Point newest = points().get(2);
    await().until(() -> Files.exists(spare(newest)));
    return newest;
  }

  private Path spare(Point point) {
    return hosts.pool.resolve(".replica-" + TwoHosts.name(point.replica()) + ".spare");
  }

  private static Object file(Path path) throws IOException {
    return Files.getAttribute(path, "unix:ino");
  }
}
