package io.holdfast.activities.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.qemu.Commands;
import io.holdfast.activities.replication.TwoHosts;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SealedReplica;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** A target whose pool has no room: a small XFS of its own, which a host of the lab may mount. */
@Tag("lab")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_LIBVIRT_URI", matches = ".+")
class FullDiskLabTest {
  private static final int MIB = 1 << 20;
  private static final long SIZE = 512L * MIB;
  private static final int DATA = 120 * MIB;

  @TempDir Path folder;
  private Path pool;
  private TwoHosts hosts;
  private ReplicaSpec replica;

  @BeforeEach
  void mount() throws IOException {
    Path image = folder.resolve("small.xfs");
    pool = Files.createDirectory(folder.resolve("pool"));
    Commands.require(List.of("truncate", "-s", "320M", image.toString()));
    Commands.require(List.of("mkfs.xfs", "-q", "-m", "reflink=1", image.toString()));
    Commands.require(List.of("mount", "-o", "loop", image.toString(), pool.toString()));
    hosts = new TwoHosts(folder, 0);
    hosts.create(SIZE);
    byte[] content = new byte[DATA];
    new Random(8).nextBytes(content);
    hosts.write(0, content);
    replica = hosts.replica(SIZE, null, null);
  }

  @AfterEach
  void unmount() throws IOException {
    hosts.close();
    Commands.require(List.of("umount", pool.toString()));
  }

  @Test
  void aStreamThatCannotFitIsRefusedBeforeItsFirstByte() throws IOException {
    fill(60);
    OpenedReplica target = hosts.replicas.openReplica(replica);

    long before = hosts.sent();
    full(
        () -> hosts.send(replica, target, UUID.randomUUID(), null),
        "the stream may need 125829120");

    assertThat(hosts.sent() - before).isLessThan(MIB);
  }

  @Test
  void aDiskThatRunsFullEndsTheStreamWhichGoesOnOnceThereIsRoom() throws IOException {
    OpenedReplica target = hosts.replicas.openReplica(replica);
    UUID view = UUID.randomUUID();
    hosts.cutAfter(50L * MIB);
    assertThatThrownBy(() -> hosts.send(replica, target, view, null))
        .isInstanceOf(ApplicationFailure.class);
    assertThat(hosts.marked(replica)).isPositive();
    Path filler = fill(20);

    full(() -> hosts.send(replica, target, view, null), "");
    assertThatThrownBy(() -> hosts.replicas.sealReplica(replica))
        .isInstanceOf(ApplicationFailure.class);
    long marked = hosts.marked(replica);
    assertThat(marked).isBetween(1L, (long) DATA - 1);

    Files.delete(filler);
    long before = hosts.sent();
    hosts.send(replica, target, view, null);

    assertThat(hosts.sent() - before).isLessThanOrEqualTo(DATA - marked + MIB);
    SealedReplica sealed = hosts.replicas.sealReplica(replica);
    assertThat(sealed.root()).isEqualTo(hosts.rootOf(hosts.disk));
    assertThat(hosts.replicas.verifyReplica(replica)).isEqualTo(sealed);
  }

  /** Leaves so many MiB. */
  private Path fill(int left) throws IOException {
    Path filler = pool.resolve("filler");
    long room = Files.getFileStore(pool).getUsableSpace() / MIB - left;
    Commands.require(List.of("fallocate", "-l", room + "M", filler.toString()));
    return filler;
  }

  private static void full(ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .satisfies(
            thrown ->
                assertThat(FailureMapping.typed(thrown))
                    .isInstanceOfSatisfying(
                        ApplicationFailure.class,
                        failure -> {
                          assertThat(failure.getType()).isEqualTo(FailureType.STORAGE_FULL.name());
                          assertThat(failure.getOriginalMessage()).contains(words);
                        }));
  }
}
