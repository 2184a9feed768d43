package io.holdfast.activities.replication;

import io.holdfast.activities.TestHost;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.qemu.Commands;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.qemu.QemuNbd;
import io.holdfast.activities.replication.leaves.Leaf;
import io.holdfast.activities.replication.leaves.Manifest;
import io.holdfast.activities.replication.nbd.NbdConnection;
import io.holdfast.activities.replication.nbd.NbdWrites;
import io.holdfast.activities.replication.replica.HostReplicas;
import io.holdfast.activities.replication.replica.KeptReplicas;
import io.holdfast.activities.replication.replica.ReplicaNames;
import io.holdfast.activities.replication.stream.Bandwidth;
import io.holdfast.activities.replication.stream.DiskSender;
import io.holdfast.activities.replication.stream.DiskSource;
import io.holdfast.activities.replication.stream.Outlet;
import io.holdfast.activities.replication.stream.StreamClients;
import io.holdfast.activities.replication.stream.StreamServer;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.config.StreamSettings;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.StreamCounts;
import io.holdfast.workflows.model.StreamLimit;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A source that is a qcow2 file, a target that is a folder of this machine, and a real stream under
 * TLS between them on 127.0.0.1.
 */
public final class TwoHosts implements AutoCloseable {
  public final InstanceId instance;
  public final Path folder;
  public final Path disk;
  public final Path pool;
  public final HostReplicas replicas;

  /** What the disk's instance may send, in bytes a second; 0 for no limit. */
  final AtomicLong own = new AtomicLong();

  /** Of all that is sent from now on. */
  volatile @Nullable StreamLimit limit;

  final KeptReplicas kept = new KeptReplicas(Clock.systemUTC());

  final StreamSettings settings;
  final Certificates certificates;
  final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final LibvirtConnection libvirt = TestHost.connect(new HostEvents());
  private final PoolRefresher refresher = new PoolRefresher(libvirt);
  final StreamClients clients;
  private final StreamServer server;
  private final Wire wire;
  final DiskSender sender;

  public TwoHosts(Path folder, long bytesPerSecond) throws IOException {
    this.folder = folder;
    byte[] name = folder.toString().getBytes(StandardCharsets.UTF_8);
    instance = new InstanceId(UUID.nameUUIDFromBytes(name)); // whose disks a successor finds
    disk = folder.resolve(instance + "-root.qcow2");
    pool = Files.createDirectories(folder.resolve("pool"));
    TestHost.addPool(libvirt, pool);
    certificates = new Certificates(folder);
    settings = certificates.settings("host", bytesPerSecond);
    wire = new Wire(settings.port());
    replicas =
        new HostReplicas(
            new Pools(libvirt, (any, where) -> {}),
            refresher,
            new StorageBackends(),
            new KeyedLocks(),
            folder.resolve("open"),
            threads,
            kept,
            wire.address());
    server = new StreamServer(settings, replicas.door(), threads);
    clients = new StreamClients(settings);
    sender = new DiskSender(new Bandwidth(bytesPerSecond), threads);
  }

  public void create(long bytes) throws IOException {
    QemuImg.createEmpty(disk, bytes);
  }

  public void write(long offset, byte[] content) throws IOException {
    try (QemuNbd nbd = QemuNbd.writing(disk);
        NbdWrites writes =
            new NbdWrites(NbdConnection.open(nbd.socket(), "", List.of()), DiskScan.CHUNK)) {
      for (int at = 0; at < content.length; at += DiskScan.CHUNK) {
        int length = Math.min(DiskScan.CHUNK, content.length - at);
        byte[] part = java.util.Arrays.copyOfRange(content, at, at + length);
        writes.write(offset + at, part, length);
      }
      writes.sync();
    }
  }

  public ReplicaSpec replica(long bytes, @Nullable RecoveryPointId base, @Nullable String root) {
    return new ReplicaSpec(
        new RecoveryPointId(UUID.randomUUID()), instance, "root", bytes, TestHost.POOL, base, root);
  }

  public Outlet outlet(OpenedReplica target) {
    return clients.open(target.address());
  }

  /** Sends the disk as it is now. {@code bitmap}: says what changed; null to look at all. */
  public StreamCounts send(
      ReplicaSpec replica, OpenedReplica target, UUID view, @Nullable String bitmap)
      throws IOException {
    List<String> bitmaps = bitmap == null ? List.of() : List.of(bitmap);
    List<String> contexts =
        bitmap == null
            ? List.of(NbdConnection.ALLOCATION)
            : List.of(NbdConnection.ALLOCATION, NbdConnection.bitmap(bitmap));
    try (QemuNbd nbd = QemuNbd.reading(disk, bitmaps)) {
      return send(replica, target, view, nbd.socket(), contexts, bitmap);
    }
  }

  /** Sends what a server of another kind shows. */
  public StreamCounts sendFrom(Path socket, ReplicaSpec replica, OpenedReplica target, UUID view)
      throws IOException {
    return send(replica, target, view, socket, List.of(NbdConnection.ALLOCATION), null);
  }

  private StreamCounts send(
      ReplicaSpec replica,
      OpenedReplica target,
      UUID view,
      Path socket,
      List<String> contexts,
      @Nullable String bitmap)
      throws IOException {
    try (NbdConnection connection = NbdConnection.open(socket, "", contexts);
        Outlet outlet = outlet(target)) {
      return sender.send(
          outlet,
          target.token(),
          name(replica),
          replica.baseRoot(),
          DiskSource.of(connection, view, bitmap),
          files(replica, view),
          new Bandwidth(own::get),
          limit);
    }
  }

  DiskSender.LeafFiles files(ReplicaSpec replica, UUID view) {
    RecoveryPointId base = replica.base();
    return new DiskSender.LeafFiles(
        folder.resolve(base == null ? "none" : base + ".leaves"),
        folder.resolve(replica.point() + "-" + view + ".next"),
        folder.resolve(replica.point() + ".known"));
  }

  /** The sender keeps the leaves of a sealed point as the next one's base. */
  public void keepLeaves(ReplicaSpec replica, UUID view) throws IOException {
    Files.move(files(replica, view).next(), folder.resolve(replica.point() + ".leaves"));
  }

  /** Bytes that crossed the wire to the target so far. */
  public long sent() {
    return wire.sent();
  }

  public void cutAfter(long bytes) {
    wire.cutAfter(bytes);
  }

  /** Up to where the target says that all is durable. */
  public long marked(ReplicaSpec replica) {
    Path journal = journal(replica);
    return org.awaitility.Awaitility.await().until(() -> lastMark(journal), mark -> mark >= 0);
  }

  Path journal(ReplicaSpec replica) {
    return pool.resolve(".replica-" + name(replica) + ".journal");
  }

  private static long lastMark(Path journal) throws IOException {
    long mark = -1;
    for (String line : Files.readAllLines(journal)) {
      mark = line.startsWith("mark ") ? Long.parseLong(line.split(" ", -1)[1]) : mark;
    }
    return mark;
  }

  public static String name(ReplicaSpec replica) {
    return ReplicaNames.name(replica.instance(), replica.disk(), replica.point());
  }

  /** What a stream that has not ended has written. */
  public Path staged(ReplicaSpec replica) {
    return pool.resolve(".replica-" + name(replica) + ".qcow2.part");
  }

  public Path sealed(ReplicaSpec replica) {
    return ReplicaNames.disk(pool, name(replica));
  }

  /** The root of a disk, made from all of its bytes in another way than the product's. */
  public String rootOf(Path qcow2) throws IOException {
    Path raw = folder.resolve("raw");
    io.holdfast.activities.qemu.Commands.require(
        List.of("qemu-img", "convert", "-O", "raw", qcow2.toString(), raw.toString()));
    Path file = folder.resolve("root-of");
    try (Manifest manifest = Manifest.create(file, Files.size(raw));
        java.io.InputStream in = Files.newInputStream(raw)) {
      for (int leaf = 0; leaf < manifest.leaves(); leaf++) {
        byte[] bytes = in.readNBytes(Leaf.SIZE);
        manifest.put(leaf, Leaf.hashes(bytes, bytes.length));
      }
      return manifest.root();
    } finally {
      Files.delete(raw);
    }
  }

  @Override
  public void close() throws IOException {
    wire.close();
    clients.close();
    server.close();
    replicas.close();
    refresher.close();
    libvirt.close();
    threads.shutdown();
  }

  /** One bit of what the replica has of its disk's data. */
  void flip(ReplicaSpec replica) throws IOException {
    long at = data(replica);
    try (RandomAccessFile file = new RandomAccessFile(sealed(replica).toFile(), "rw")) {
      file.seek(at + 700_000);
      int old = file.read();
      file.seek(at + 700_000);
      file.write(old ^ 4);
    }
  }

  /** Where in the replica's file its disk's first data are. */
  long data(ReplicaSpec replica) throws IOException {
    String found =
        Commands.require(List.of("qemu-img", "map", "--output=json", sealed(replica).toString()));
    return Long.parseLong(found.replaceAll("(?s).*?\"offset\": (\\d+).*", "$1"));
  }
}
