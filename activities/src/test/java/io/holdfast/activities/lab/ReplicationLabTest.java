package io.holdfast.activities.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.activities.HostServices;
import io.holdfast.activities.qemu.Commands;
import io.holdfast.activities.replication.Certificates;
import io.holdfast.activities.replication.leaves.Leaf;
import io.holdfast.activities.replication.leaves.Manifest;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.BackupDisk;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.OpenedBackup;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SealedReplica;
import io.holdfast.workflows.model.StreamCounts;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rounds of a real guest that writes all the time, from and to one host. The root of each replica
 * is held against one that is made of the frozen view by other means.
 */
@Tag("lab")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_LIBVIRT_URI", matches = ".+")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_GUEST_IMAGE", matches = ".+")
class ReplicationLabTest {
  private static final Path POOLS = Path.of("/var/lib/holdfast/pools");

  @TempDir Path folder;

  @Test
  void everyRoundIsTheDiskOfItsMoment() throws Exception {
    replicate("plain");
  }

  /** As in the rounds of the engine's tests. */
  @Test
  @Tag("long")
  void soItIsWhereFilesAreCloned() throws Exception {
    replicate("fast");
  }

  private void replicate(String pool) throws Exception {
    Path image = Path.of(System.getenv("HOLDFAST_LAB_GUEST_IMAGE"));
    InstanceSpec instance = Instances.small("fast", image);
    try (HostServices host =
            LabHost.open("replicating", new Certificates(folder).settings("host", 0));
        ContentServer server = new ContentServer(image)) {
      Rounds rounds = new Rounds(host, instance, pool);
      try {
        LabHost.start(host, instance, server);
        host.guests().awaitGuest(instance);

        rounds.run(ChangeSource.FULL);
        rounds.run(ChangeSource.BITMAP);
        rounds.abandon();
        rounds.run(ChangeSource.BITMAP);

        killQemu(host, instance);
        host.domains().startDomain(instance.id());
        host.guests().awaitGuest(instance);
        rounds.run(ChangeSource.HASHES);
        rounds.run(ChangeSource.BITMAP);

        host.domains().stopDomain(instance.id(), 20);
        rounds.run(ChangeSource.BITMAP);
        host.domains().startDomain(instance.id());
        host.guests().awaitGuest(instance);
        rounds.run(ChangeSource.BITMAP);

        rounds.dieWhileOpen();
        rounds.flipABit();
      } finally {
        rounds.clear();
        LabHost.clear(host, instance);
      }
      assertThat(Instances.filesOf(instance)).isEmpty();
    }
  }

  private static void killQemu(HostServices host, InstanceSpec instance) throws Exception {
    String name = "hf-" + instance.name() + "-" + instance.id().toString().substring(0, 8);
    long pid =
        Long.parseLong(Files.readString(Path.of("/run/libvirt/qemu", name + ".pid")).strip());
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    await().until(() -> host.domains().readDomain(instance.id()).state() == PowerState.SHUTOFF);
  }

  /** Rounds of one instance, and the points that they made. */
  private final class Rounds {
    private final HostServices host;
    private final InstanceSpec instance;
    private final String pool;
    private final Map<String, SealedReplica> sealed = new HashMap<>();
    private final List<RecoveryPointId> points = new java.util.ArrayList<>();
    private @Nullable RecoveryPointId base;

    Rounds(HostServices host, InstanceSpec instance, String pool) {
      this.host = host;
      this.instance = instance;
      this.pool = pool;
    }

    @SuppressWarnings("SystemOut") // the figures are for whoever runs it
    void run(ChangeSource expected) throws Exception {
      RecoveryPointId point = next();
      BackupOrder order = new BackupOrder(instance.id(), point, base);
      long start = System.nanoTime();
      OpenedBackup backup = host.backups().openBackup(order);
      OpenedBackup again = host.backups().openBackup(order);
      assertThat(again.disks()).isEqualTo(backup.disks());
      assertThat(again.momentMillis()).as("it was before this call").isNotPositive();
      assertThat(backup.disks()).extracting(BackupDisk::name).containsExactly("root", "disk1");
      assertThat(backup.disks()).extracting(BackupDisk::change).containsOnly(expected);
      Map<String, SealedReplica> made = new HashMap<>();
      for (BackupDisk disk : backup.disks()) {
        ReplicaSpec replica = replica(point, disk.name(), disk.bytes());
        OpenedReplica target = host.replicas().openReplica(replica);
        long sent = System.nanoTime();
        StreamCounts counts =
            host.backups().sendDisk(new DiskStream(replica, disk.change(), target, null));
        System.out.printf(
            "%s %-6s %-5s %9d bytes in %7.1f ms%n",
            pool, expected, disk.name(), counts.wire(), (System.nanoTime() - sent) / 1e6);
        SealedReplica one = host.replicas().sealReplica(replica);
        assertThat(one.root()).isEqualTo(rootOfView(disk.name()));
        if (expected != ChangeSource.FULL) {
          assertThat(counts.wire()).isLessThan(40L << 20);
        }
        made.put(disk.name(), one);
      }
      host.backups().closeBackup(order, true);
      host.backups().closeBackup(order, true);
      System.out.printf(
          "%s %-6s round %.1f ms%n", pool, expected, (System.nanoTime() - start) / 1e6);
      sealed.putAll(made);
      base = point;
    }

    /** A round that is given up leaves the next one its bitmap. */
    void abandon() {
      BackupOrder order = new BackupOrder(instance.id(), next(), base);
      host.backups().openBackup(order);
      host.backups().closeBackup(order, false);
      host.backups().closeBackup(order, false);
    }

    void dieWhileOpen() throws Exception {
      RecoveryPointId point = next();
      BackupOrder order = new BackupOrder(instance.id(), point, base);
      BackupDisk disk = host.backups().openBackup(order).disks().get(0);
      ReplicaSpec replica = replica(point, disk.name(), disk.bytes());
      OpenedReplica target = host.replicas().openReplica(replica);
      killQemu(host, instance);

      assertThatThrownBy(
              () -> host.backups().sendDisk(new DiskStream(replica, disk.change(), target, null)))
          .isInstanceOfSatisfying(
              ApplicationFailure.class,
              failure -> assertThat(failure.getType()).isEqualTo(FailureType.BACKUP_LOST.name()));
      host.backups().closeBackup(order, false);
      assertThat(Path.of("/var/lib/libvirt/qemu/hf-" + instance.id() + ".nbd")).doesNotExist();
      host.replicas().deleteReplica(point, instance.id(), disk.name(), pool);
    }

    void flipABit() throws IOException {
      RecoveryPointId last = last();
      ReplicaSpec replica =
          new ReplicaSpec(last, instance.id(), "root", 1L << 30, pool, null, null);
      assertThat(host.replicas().verifyReplica(replica)).isEqualTo(sealed.get("root"));
      Path file =
          POOLS.resolve(pool).resolve("replica-" + instance.id() + "-root-" + last + ".qcow2");
      String map = Commands.require(List.of("qemu-img", "map", "--output=json", file.toString()));
      long at = firstDataOf(map, file);
      try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
        bytes.seek(at);
        int old = bytes.read();
        bytes.seek(at);
        bytes.write(old ^ 1);
      }

      assertThatThrownBy(() -> host.replicas().verifyReplica(replica))
          .isInstanceOfSatisfying(
              ApplicationFailure.class,
              failure ->
                  assertThat(failure.getType()).isEqualTo(FailureType.REPLICA_BROKEN.name()));
    }

    /** Where in this file, and not in a backing file, data lie. */
    private static long firstDataOf(String map, Path file) throws IOException {
      for (var extent : new com.fasterxml.jackson.databind.ObjectMapper().readTree(map)) {
        if (extent.path("data").asBoolean()
            && extent.path("depth").asInt() == 0
            && extent.has("offset")) {
          return extent.path("offset").asLong();
        }
      }
      throw new IOException(file + " has no data of its own");
    }

    void clear() throws IOException {
      for (RecoveryPointId point : points) {
        for (String disk : List.of("root", "disk1")) {
          host.replicas().deleteReplica(point, instance.id(), disk, pool);
        }
      }
      try (var left = Files.list(POOLS.resolve(pool))) {
        assertThat(left.map(Path::toString))
            .noneMatch(name -> name.contains("replica-" + instance.id()));
      }
    }

    private RecoveryPointId next() {
      RecoveryPointId point = new RecoveryPointId(UUID.randomUUID());
      points.add(point);
      return point;
    }

    private RecoveryPointId last() {
      RecoveryPointId last = base;
      if (last == null) {
        throw new IllegalStateException("There was no round");
      }
      return last;
    }

    private ReplicaSpec replica(RecoveryPointId point, String disk, long bytes) {
      SealedReplica before = sealed.get(disk);
      return new ReplicaSpec(
          point, instance.id(), disk, bytes, pool, base, before == null ? null : before.root());
    }

    private String rootOfView(String disk) throws IOException {
      Path raw = folder.resolve("raw");
      Files.deleteIfExists(raw);
      Path socket = Path.of("/var/lib/libvirt/qemu/hf-" + instance.id() + ".nbd");
      if (Files.exists(socket)) {
        Commands.require(
            List.of("nbdcopy", "nbd+unix:///" + disk + "?socket=" + socket, raw.toString()));
      } else {
        Path file = POOLS.resolve("fast").resolve(instance.id() + "-" + disk + ".qcow2");
        Commands.require(
            List.of("qemu-img", "convert", "-O", "raw", file.toString(), raw.toString()));
      }
      try (Manifest manifest = Manifest.create(folder.resolve("of"), Files.size(raw));
          InputStream in = Files.newInputStream(raw)) {
        for (int leaf = 0; leaf < manifest.leaves(); leaf++) {
          byte[] bytes = in.readNBytes(Leaf.SIZE);
          manifest.put(leaf, Leaf.hashes(bytes, bytes.length));
        }
        return manifest.root();
      }
    }
  }
}
